// Exceptions that the boundary (abi.cpp) translates to a status. Checks throw, so a check cannot forget to return.
#pragma once

#include <stdexcept>
#include <string>

namespace migrate {

// A mistake of the caller: a null pointer, a size or a setting out of range.
struct InvalidArgument : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

// The structure cannot be a crystal: a mistake in the user's file.
struct InvalidCrystal : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline void require(bool condition, const char* message) {
    if (!condition) throw InvalidArgument(message);
}

inline void require_crystal(bool condition, const std::string& message) {
    if (!condition) throw InvalidCrystal(message);
}

}  // namespace migrate
