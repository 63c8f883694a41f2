#include "ui/file_dialog.h"

#include <QDir>
#include <QFileInfo>
#include <QListView>
#include <QStandardPaths>

namespace ui {

namespace {

constexpr QSize kDialogSize(880, 560);
constexpr int kPlacesWidth = 148;

QString& keptFolder()
{
    static QString folder;
    return folder;
}

}  // namespace

QString lastFolder()
{
    if (QFileInfo(keptFolder()).isDir()) return keptFolder();
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    return QFileInfo(documents).isDir() ? documents : QDir::homePath();
}

void setLastFolder(const QString& folder) { keptFolder() = folder; }

QString pipelineFilter()
{
    return QFileDialog::tr("Pipelines") + QStringLiteral(" (*.pipeline.json *.json);;") +
        QFileDialog::tr("All files") + QStringLiteral(" (*)");
}

QFileDialog* makeFileDialog(QWidget* parent, const QString& title, const QString& filter)
{
    auto* dialog = new QFileDialog(parent, title, lastFolder(), filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->resize(kDialogSize);
    // There unless the desktop brings a dialog of its own; names of places would be cut else.
    if (auto* places = dialog->findChild<QListView*>(QStringLiteral("sidebar")))
        places->setMinimumWidth(kPlacesWidth);
    QObject::connect(dialog, &QFileDialog::fileSelected, dialog,
                     [](const QString& path) { setLastFolder(QFileInfo(path).absolutePath()); });
    QObject::connect(dialog, &QFileDialog::filesSelected, dialog, [](const QStringList& paths) {
        if (!paths.isEmpty()) setLastFolder(QFileInfo(paths.front()).absolutePath());
    });
    return dialog;
}

}  // namespace ui
