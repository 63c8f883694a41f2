#include "base/secret.h"

#include "base/limits.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace engine {

namespace {

// systemd gives a credential 0400, or 0440 where a service has a user of its own.
constexpr unsigned kAllButOwner = 0077, kOthers = 0007;

Error secretError(const std::string& name, const std::string& what, const std::string& path)
{
    return {ErrorCode::Refused, "The secret \"" + name + "\" " + what, path};
}

std::string octalText(unsigned mode)
{
    std::string text;
    for (int shift = 9; shift >= 0; shift -= 3) text += static_cast<char>('0' + ((mode >> shift) & 7u));
    return text;
}

Error noSuchSecret(const SecretPlaces& places, const std::string& name)
{
    if (places.configuration.empty())
        return secretError(
            name, "is nowhere: neither CREDENTIALS_DIRECTORY nor XDG_CONFIG_HOME nor HOME is set.", {});
    const std::string path = places.configuration + "/" + name;
    return secretError(name,
                       "is not there; write its value into " + path + " and run chmod 600 " + path +
                           (places.credentials.empty()
                                ? std::string(".")
                                : ", or let systemd put it into " + places.credentials + "."),
                       path);
}

Result<Secret> readSecretFile(FileSystem& files, const std::string& name, const std::string& path,
                              unsigned forbidden)
{
    const auto info = files.info(path);
    if (!info) return secretError(name, "cannot be read. " + info.error().message, path);
    if (!info->isRegular) return secretError(name, "is no file: " + path + ".", path);
    if ((info->mode & forbidden) != 0)
        return secretError(name,
                           "can be read by others: " + path + " has the mode " + octalText(info->mode) +
                               "; run chmod 600 " + path + ".",
                           path);
    if (info->size > limits::kSecretBytes)
        return secretError(name,
                           "is too large: " + path + " has " + std::to_string(info->size) + " bytes, and " +
                               std::to_string(limits::kSecretBytes) + " are allowed.",
                           path);
    auto text = files.readAll(path);
    if (!text) return secretError(name, "cannot be read. " + text.error().message, path);
    std::size_t length = text->size();
    if (length > 0 && (*text)[length - 1] == '\n') --length;
    if (length > 0 && (*text)[length - 1] == '\r') --length;
    text->resize(length);
    Secret secret(std::move(*text));
    if (secret.value().empty())
        return secretError(name, "is empty; write its value into " + path + ".", path);
    if (std::count(secret.value().begin(), secret.value().end(), '\0') > 0)
        return secretError(name, "holds a zero byte; write it into " + path + " as text.", path);
    return secret;
}

}  // namespace

void Secret::wipe()
{
    // A short text lies in the string itself, and stays there when it was moved away.
    m_value.resize(m_value.capacity());
    ::explicit_bzero(m_value.data(), m_value.size());
    m_value.clear();
}

bool isSecretName(std::string_view name)
{
    constexpr std::size_t kNameBytes = 128;
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
            c == '-' || c == '.';
    };
    return !name.empty() && name.size() <= kNameBytes && name.front() != '.' &&
        std::all_of(name.begin(), name.end(), isAllowed);
}

SecretPlaces secretPlaces()
{
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value ? value : "");
    };
    SecretPlaces places;
    places.credentials = variable("CREDENTIALS_DIRECTORY");
    std::string base = variable("XDG_CONFIG_HOME");
    if (base.empty() && !variable("HOME").empty()) base = variable("HOME") + "/.config";
    if (!base.empty()) places.configuration = base + "/streamwright/secrets";
    return places;
}

Result<Secret> readSecret(Env& env, const std::string& name)
{
    // A document may come from anywhere: its names never lead out of the two directories.
    if (!isSecretName(name)) return secretError(name, "has a name that no secret can have.", {});
    const std::string given = env.secrets.credentials + "/" + name;
    if (!env.secrets.credentials.empty() && env.files.exists(given))
        return readSecretFile(env.files, name, given, kOthers);
    const std::string own = env.secrets.configuration + "/" + name;
    if (!env.secrets.configuration.empty() && env.files.exists(own))
        return readSecretFile(env.files, name, own, kAllButOwner);
    return noSuchSecret(env.secrets, name);
}

}  // namespace engine
