#pragma once

#include "base/env.h"

#include <string>
#include <vector>

namespace engine {

// What lies in the state directory of one pipeline, as `streamwright state` tells it.
struct SavedState {
    struct Table {
        std::string node{}, name{};
        std::uint64_t rows = 0;
    };
    std::string id{}, name{}, path{};
    std::uint64_t epoch = 0, bytes = 0;
    std::int64_t atUs = 0;  // wall clock of the last checkpoint
    bool isFinished = false;
    std::string heldBy{};          // who runs it; empty: nobody
    std::string problem{};         // why it cannot be read
    std::uint64_t asideBytes = 0;  // of what a fresh start moved aside
    std::vector<Table> tables{};
    std::vector<std::pair<std::string, std::string>> positions{};  // split name, position
};

std::string stateRoot();  // $XDG_STATE_HOME/streamwright
// Of the directories under `root` those that are states; what else lies there is passed over.
Result<std::vector<SavedState>> listStates(Env& env, const std::string& root);
Result<SavedState> showState(Env& env, const std::string& directory);
// Both are refused while a run holds the directory, and where it is no state; both remove what is the state's
// own and nothing else. False: something else lies there, and so the directory stays.
Status removeAside(Env& env, const std::string& directory);
Result<bool> deleteState(Env& env, const std::string& directory);
// Whether a run could keep its state in the directory; true when it would begin afresh there.
Result<bool> tryState(Env& env, const std::string& directory);

}  // namespace engine
