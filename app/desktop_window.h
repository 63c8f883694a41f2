#pragma once

#include "control/client/engine_client.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

// How the window starts. Empty texts: not asked for.
struct WindowOptions {
    std::string theme{};  // "dark" or "light"; empty: as the desktop
    bool run = false;     // runs the first document at once
    int width = 0, height = 0;  // 0: as it was left, or what suits the screen
    std::string screenshot{};   // a PNG file: run, take a picture, quit
    int afterMs = 2000;         // of moving rows before the picture
    std::string select{};       // a node to select for it
    std::string page{};         // home, design, jobs or alerts for it; empty: as it would be
    std::string show{};         // a state to bring the window into, of the picture too
    std::string screenshots{};  // a folder: take a picture of every state, quit
};

// The states that `show` knows, as they are written in a sentence.
std::string stateNames();
bool isState(const std::string& name);

// Makes the client when the application exists, since it has timers of its own.
using MakeClient = std::function<std::unique_ptr<engine::EngineClient>()>;

// Opens the files in the window and returns its exit code when it is closed. GUI thread, once in a process.
int runWindow(int argc, char** argv, const std::vector<std::string>& files, const MakeClient& makeClient,
              const WindowOptions& options);
