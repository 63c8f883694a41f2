#include "ui/documents/file_worker.h"

#include <QSaveFile>

namespace ui {

engine::Status writeWhole(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return engine::ok();
    return engine::Error{engine::ErrorCode::Io, file.errorString().toStdString(), path.toStdString()};
}

FileWorker::FileWorker() { m_pool.setMaxThreadCount(1); }

FileWorker::~FileWorker() { finish(); }

void FileWorker::run(std::function<void()> work) { m_pool.start(std::move(work)); }

void FileWorker::finish() { m_pool.waitForDone(); }

}  // namespace ui
