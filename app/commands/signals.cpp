#include "commands/signals.h"

#include "commands/command.h"

#include <csignal>
#include <poll.h>
#include <unistd.h>

namespace engine {

namespace {

volatile std::sig_atomic_t interruptions = 0;

extern "C" void noteSignal(int)
{
    if (interruptions > 0) _exit(kInterruptedTwice);
    interruptions = 1;
}

}  // namespace

void watchSignals()
{
    struct sigaction action = {};
    action.sa_handler = noteSignal;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write that meets it
}

void keepLimitsFromKilling() { std::signal(SIGXFSZ, SIG_IGN); }

bool wasInterrupted() { return interruptions > 0; }

void waitForSignal(Duration atMost)
{
    poll(nullptr, 0, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(atMost).count()));
}

}  // namespace engine
