#include "commands/command.h"

#include <curl/curl.h>
#include <librdkafka/rdkafka.h>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <sqlite3.h>
#include <xxhash.h>
#include <zlib.h>

namespace engine {

void printVersion(const Program& program)
{
    printLine("streamwright " STREAMWRIGHT_VERSION);
    printLine("compiler    g++ " __VERSION__);
    std::string parser = "simdjson    " SIMDJSON_STRINGIFY(SIMDJSON_VERSION) ", ";
    parser += simdjson::get_active_implementation()->name();
    printLine(parser);
    printLine("json        " + std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
              std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
              std::to_string(NLOHMANN_JSON_VERSION_PATCH));
    printLine(std::string("curl        ") + curl_version_info(CURLVERSION_NOW)->version);
    printLine(std::string("librdkafka  ") + rd_kafka_version_str());
    printLine(std::string("openssl     ") + OpenSSL_version(OPENSSL_VERSION_STRING));
    const unsigned xxhash = XXH_versionNumber();
    printLine("xxhash      " + std::to_string(xxhash / 10000) + "." + std::to_string(xxhash / 100 % 100) +
              "." + std::to_string(xxhash % 100));
    printLine("date        " STREAMWRIGHT_DATE_VERSION);
    printLine("re2         " STREAMWRIGHT_RE2_VERSION);
    printLine(std::string("sqlite      ") + sqlite3_libversion());
    printLine(std::string("zlib        ") + zlibVersion());
    for (const std::string& library : program.libraries) printLine(library);
    printLine("licence     GPL-3.0-or-later");
}

}  // namespace engine
