#pragma once

#include "state/state_store.h"

namespace engine {

// Every way to keep windows has a table of its own. Puts one into the places of the others that keeps nothing
// and refuses what was saved under their names, so that windows are not lost without a word when their kind
// is changed. Called from open().
void refuseOtherWindows(StateStore& store, std::string_view own);

}  // namespace engine
