#pragma once

#include "component/authority.h"
#include "spec/json.h"
#include "state/snapshot_file.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace engine {

// All that a checkpoint holds: the pipeline as it ran, where each source stood, what each sink has staged,
// where the state lies.
struct Manifest {
    std::string pipeline{};  // its id
    std::string name{};
    Epoch epoch{};
    std::uint64_t incarnation = 0;
    bool isFinished = false;  // the input had ended; the next start is fresh
    std::int64_t atUs = 0;    // wall clock
    std::string document{};   // canonical text of the resolved pipeline
    std::map<std::pair<std::string, int>, std::string>
        progress{};  // of sources and merges, by node and instance
    std::map<std::pair<std::string, int>, std::string> staged{};  // of sinks
    std::vector<SavedFile> files{};
    std::string authority{};  // the kind of the one outside that decides it; empty: the manifest's own name
    std::uint64_t bytes() const;
    bool operator==(const Manifest&) const = default;
};

std::string writeManifest(const Manifest& manifest);
std::string digestOf(const std::string& manifestText);  // 16 digits of base 16
Result<Decision> decisionFor(const Manifest& manifest);
// Corrupt when the digest that its last line holds is not that of the text before.
Result<Manifest> readManifest(const std::string& text, const std::string& path);

}  // namespace engine
