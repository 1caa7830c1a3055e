// From exceptions to statuses and messages, for the files of the boundary.
#pragma once

#include <new>

#include "errors.hpp"
#include "migrate.h"

namespace migrate {

// The message of migrate_last_error(), per thread. Remembering one cannot fail.
void remember(const char* message) noexcept;
const char* last_error() noexcept;

template <typename Call>
migrate_status guarded(Call&& call) noexcept {
    try {
        call();
        return MIGRATE_OK;
    } catch (const InvalidArgument& error) {
        remember(error.what());
        return MIGRATE_INVALID_ARGUMENT;
    } catch (const InvalidCrystal& error) {
        remember(error.what());
        return MIGRATE_INVALID_CRYSTAL;
    } catch (const std::bad_alloc&) {
        remember("out of memory");
        return MIGRATE_OUT_OF_MEMORY;
    } catch (const std::exception& error) {
        remember(error.what());
        return MIGRATE_INTERNAL_ERROR;
    } catch (...) {
        remember("unknown error");
        return MIGRATE_INTERNAL_ERROR;
    }
}

}  // namespace migrate
