#pragma once

namespace engine {

// First of all in a program: where one of the three standard files is closed, the next file that is opened
// would get its number, and what is printed. Nothing can be read from a closed standard input nor written to
// a closed standard output, which is said where it is met; messages that nobody takes go nowhere.
void occupyStandardFiles();

}  // namespace engine
