#pragma once

#include "base/check.h"

#include <string>
#include <utility>
#include <variant>

namespace engine {

enum class ErrorCode {
    InvalidSpec,  // the document or the command is wrong
    BadData,
    Io,           // something outside failed while it was used
    Full,         // no room left outside: passes when somebody makes some
    Refused,      // not there or not allowed outside: waiting does not help
    Unavailable,  // out of reach or in use outside: passes by itself
    Corrupt,
    Limit,
    Cancelled,
    Busy  // not now: the same call is to be made again, for as long as it takes
};

struct Error {
    ErrorCode code = ErrorCode::Io;
    std::string message{};  // one sentence a user can act on
    std::string where{};    // node, field path or file the sentence is about
    bool operator==(const Error&) const = default;
};

// The outcome of anything that can fail in operation: a value or an Error, never an exception.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) { }
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) { }
    explicit operator bool() const { return m_state.index() == 0; }
    T& operator*()
    {
        CHECK(m_state.index() == 0);
        return *std::get_if<0>(&m_state);
    }
    const T& operator*() const
    {
        CHECK(m_state.index() == 0);
        return *std::get_if<0>(&m_state);
    }
    T* operator->() { return &**this; }
    const T* operator->() const { return &**this; }
    const Error& error() const
    {
        CHECK(m_state.index() == 1);
        return *std::get_if<1>(&m_state);
    }

private:
    std::variant<T, Error> m_state;
};

struct Done { };
using Status = Result<Done>;
inline Status ok() { return Done{}; }

}  // namespace engine

#define TRY(expression)                                                                                      \
    if (auto status_ = (expression); !status_) return status_.error()
