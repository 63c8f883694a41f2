#include "commands/signals.h"

#include "commands/command.h"

#include <atomic>
#include <csignal>
#include <poll.h>
#include <unistd.h>

namespace engine {

namespace {

// Two threads may take one signal each at the same moment.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void noteSignal(int)
{
    if (interrupted.exchange(true)) _exit(kInterruptedTwice);
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

bool wasInterrupted() { return interrupted; }

void waitForSignal(Duration atMost)
{
    poll(nullptr, 0, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(atMost).count()));
}

}  // namespace engine
