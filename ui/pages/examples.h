#pragma once

#include "spec/pipeline_spec.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

class QLockFile;

namespace ui {

// A pipeline that comes with the program.
struct Example {
    QString file{}, text{};  // its name in the resources; what it shows
    QByteArray bytes{};
    engine::PipelineSpec spec{};
    // It needs a broker, or only makes the input of another one.
    bool needsBroker = false, isHelper = false;
    bool followsLog = false;  // of this computer
    bool isReal = false;      // its rows are neither made up nor in a file that came with it
};
std::vector<Example> examples();  // of real input first, those that need something else last

// The one that was written last of those that can be read and hold something; empty: there is none.
QString newestLog(const QStringList& logs);
QStringList usualLogs();  // that this computer may have

// Where the examples of one window read and write: below a folder of the user's, and with outputs of its own
// for each window that is open at the same time. Owned by the main window; prepare() on the file worker.
class ExamplePlace {
public:
    explicit ExamplePlace(const QString& folder);
    ~ExamplePlace();
    const QString& folder() const { return m_folder; }  // their relative paths begin here
    // Puts what they read there, where it is not yet, and takes a folder for what they write.
    void prepare();
    // The example with its outputs there and not where the command line puts them.
    QByteArray withOutputs(const QByteArray& example) const;
    // That, with this computer's log in it where it follows one; without any, the example that makes its own.
    QByteArray textOf(const Example& example, const QString& log) const;

private:
    QString m_folder, m_output;
    std::unique_ptr<QLockFile> m_lock;
};

}  // namespace ui
