#include "base/env.h"
#include "commands/command.h"
#include "commands/left_alerts.h"
#include "commands/run_table.h"
#include "jobs/job.h"
#include "jobs/state_directory.h"
#include "spec/json.h"
#include "spec/units.h"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace engine {

namespace {

std::string ageText(const SavedState& state)
{
    return durationText(systemEnv().clock.now() - Timestamp(Duration(state.atUs))) + " ago";
}

Json stateJson(const SavedState& state)
{
    Json tables = Json::array();
    for (const SavedState::Table& table : state.tables)
        tables.push_back(Json{{"node", table.node}, {"name", table.name}, {"rows", table.rows}});
    Json positions = Json::object();
    for (const auto& [split, position] : state.positions) positions[split] = position;
    return Json{{"id", state.id},
                {"name", state.name},
                {"path", state.path},
                {"bytes", state.bytes},
                {"epoch", state.epoch},
                {"saved", formatTime(Timestamp(Duration(state.atUs)))},
                {"finished", state.isFinished},
                {"held_by", state.heldBy},
                {"aside_bytes", state.asideBytes},
                {"problem", state.problem},
                {"tables", std::move(tables)},
                {"positions", std::move(positions)}};
}

void printState(const SavedState& state)
{
    printLine(state.id + "  " + state.name);
    printLine("  path        " + state.path);
    printLine("  size        " + sizeText(state.bytes));
    if (state.asideBytes > 0)
        printLine("  aside       " + sizeText(state.asideBytes) + ", from before a fresh start");
    if (!state.problem.empty()) printLine("  problem     " + state.problem);
    if (state.epoch > 0) printLine("  checkpoint  " + std::to_string(state.epoch) + ", " + ageText(state));
    if (state.isFinished) printLine("  finished    the next start is fresh");
    if (!state.heldBy.empty()) printLine("  in use      " + state.heldBy);
    for (const SavedState::Table& table : state.tables)
        printLine("  table       " + table.node + " / " + table.name + ": " +
                  rowsText(static_cast<std::int64_t>(table.rows)));
    for (const auto& [split, position] : state.positions)
        printLine("  position    " + split + ": " + position);
}

bool isConfirmed(const std::string& question)
{
    if (!isatty(STDIN_FILENO)) {
        printErrorLine("Nothing was deleted: say --yes to delete without a question.");
        return false;
    }
    printErrorLine(question + " Type yes:");
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "yes") printErrorLine("Nothing was deleted.");
    return answer == "yes";
}

int cleanState(const SavedState& state, bool isSure)
{
    if (state.asideBytes == 0) {
        printLine("Nothing was moved aside in " + state.path);
        return kDone;
    }
    if (!isSure && !isConfirmed("Delete what was moved aside in " + state.path + "?")) return kWrongInput;
    if (auto removed = removeAside(systemEnv(), state.path); !removed) return fail(removed.error());
    printLine("Deleted " + sizeText(state.asideBytes) + " that were moved aside in " + state.path);
    return kDone;
}

int removeState(const SavedState& state, bool isSure)
{
    if (!isSure && !isConfirmed("Delete the state of \"" + state.name + "\" in " + state.path + "?"))
        return kWrongInput;
    const auto removed = deleteState(systemEnv(), state.path);
    if (!removed) return fail(removed.error());
    printLine(*removed ? "Deleted " + state.path
                       : "Deleted the state in " + state.path + "; what else lies there was left.");
    // Another directory is another run of the pipeline than the window's.
    if (state.path == defaultStateDirectory(state.id))
        for (const AlertChange& ended : endLeftAlerts(state.id, {})) printLine(alertLine(ended));
    return kDone;
}

int listAll(const std::vector<SavedState>& states, bool asJson)
{
    if (asJson) {
        Json list = Json::array();
        for (const SavedState& state : states) list.push_back(stateJson(state));
        printLine(compactJson(list));
        return kDone;
    }
    if (states.empty()) printLine("There is no saved state.");
    for (const SavedState& state : states)
        printLine(state.id + "  " + sizeText(state.bytes) + "  " + (state.epoch > 0 ? ageText(state) : "-") +
                  "  " + state.name + (state.isFinished ? "  (finished)" : "") +
                  (state.heldBy.empty() ? "" : "  (in use)") +
                  (state.asideBytes > 0 ? "  (and " + sizeText(state.asideBytes) + " moved aside)" : ""));
    return kDone;
}

int state(const Arguments& arguments)
{
    const std::vector<std::string>& words = arguments.words();
    const std::string action = words.empty() ? "" : words.front();
    const bool isList = action == "list" && words.size() == 1;
    const bool isOfOne = (action == "show" || action == "delete" || action == "clean") && words.size() == 2;
    if (!isList && !isOfOne)
        return fail(kWrongInput, "This command wants list, show ID, delete ID or clean ID.");

    const std::string root = arguments.value("directory", stateRoot());
    const auto states = listStates(systemEnv(), root);
    if (!states) return fail(states.error());
    if (isList) return listAll(*states, arguments.has("json"));

    const std::string& id = words[1];
    const auto found =
        std::find_if(states->begin(), states->end(), [&](const SavedState& one) { return one.id == id; });
    if (found == states->end())
        return fail(kWrongInput,
                    "There is no state of a pipeline \"" + id + "\" in " + root + "; see \"state list\".");
    if (action == "delete") return removeState(*found, arguments.has("yes"));
    if (action == "clean") return cleanState(*found, arguments.has("yes"));
    if (arguments.has("json"))
        printLine(compactJson(stateJson(*found)));
    else
        printState(*found);
    return kDone;
}

}  // namespace

Command stateCommand()
{
    return {"state",
            "list | show ID | delete ID | clean ID [options]",
            "The saved state of pipelines: size, age, tables; removal of it, or of what was moved aside.",
            {{"directory", "DIR", "where the states lie (default: $XDG_STATE_HOME/streamwright)", false},
             {"yes", "", "deletes without asking", false},
             {"json", "", "as JSON", false}},
            state};
}

}  // namespace engine
