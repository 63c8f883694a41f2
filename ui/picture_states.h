#pragma once

#include "ui/main_window.h"
#include "ui/pages/examples.h"

#include <QSize>
#include <QString>

#include <vector>

namespace ui {

// How the window comes into one state. Immutable.
struct PictureState {
    using Step = void (*)(MainWindow& window);
    using Question = bool (*)(MainWindow& window);
    QString name{};
    std::vector<const char*> examples{};  // run before; the last one is shown
    Step pose = nullptr;
    Question isThere = nullptr;  // none: at once
    QSize size{1600, 1000};
    bool needsBroker = false;  // where docs/make_pictures.sh starts one; not among all
    bool isBrief = false;      // gone before what follows from it could be waited for
};

// In an order that changes the document seldom, since its chart begins anew then.
const std::vector<PictureState>& pictureStates();
// What they run: the gallery's, and some that come into trouble.
const std::vector<Example>& pictureExamples();

// Parts of poses.
namespace posing {

void command(MainWindow& window, const char* id);
void select(MainWindow& window, const char* node);
// An example in which each first text is replaced by its second.
QByteArray changedExample(const char* file, const std::vector<std::pair<const char*, const char*>>& changes);
void openDraft(MainWindow& window, const char* name, const QByteArray& text);
bool isFull(MainWindow& window);  // the lines reach from one side of the chart to the other
std::vector<PictureState> acting();

}  // namespace posing

}  // namespace ui
