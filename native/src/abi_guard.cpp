#include "abi_guard.hpp"

namespace migrate {
namespace {

thread_local char message_of_last_error[512] = "";

}  // namespace

void remember(const char* message) noexcept {
    std::size_t n = 0;
    for (; n + 1 < sizeof message_of_last_error && message[n] != '\0'; n++) message_of_last_error[n] = message[n];
    message_of_last_error[n] = '\0';
}

const char* last_error() noexcept { return message_of_last_error; }

}  // namespace migrate
