#pragma once

#include "base/env.h"

#include <string>
#include <string_view>

namespace engine {

// The value of a secret: whoever needs it reads it when it starts and keeps it no longer than it must. Never
// part of a message, a document or a checkpoint; overwritten when it is destroyed.
class Secret {
public:
    explicit Secret(std::string value) : m_value(std::move(value)) { }
    ~Secret() { wipe(); }
    Secret(Secret&& other) noexcept : m_value(std::move(other.m_value)) { other.wipe(); }
    Secret& operator=(Secret&&) = delete;
    const std::string& value() const { return m_value; }

private:
    void wipe();
    std::string m_value;
};

// Letters, digits, "_", "-" and ".", not beginning with a dot: also the name of a file.
bool isSecretName(std::string_view name);

// Where this process looks for secrets: $CREDENTIALS_DIRECTORY, then $XDG_CONFIG_HOME/streamwright/secrets.
SecretPlaces secretPlaces();

// The content of the file `name` in the first place that has it, less the end of its last line. A file of the
// user's own must be readable by nobody else; what the service manager hands over may be by the group.
Result<Secret> readSecret(Env& env, const std::string& name);

}  // namespace engine
