#pragma once

#include <QFileDialog>

namespace ui {

// The folder in which the last file was chosen, or that of documents; file dialogs begin there. GUI thread.
QString lastFolder();
void setLastFolder(const QString& folder);

QString pipelineFilter();  // of file names

// The desktop's dialog where it has one, else Qt's in the look of the window. Deletes itself when closed and
// remembers the folder in which something was chosen.
QFileDialog* makeFileDialog(QWidget* parent, const QString& title, const QString& filter);

}  // namespace ui
