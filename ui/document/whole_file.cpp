#include "ui/document/whole_file.h"

#include <QSaveFile>

namespace ui {

engine::Status writeWhole(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    // commit() does not notice what it could not flush. A flush that got half way says nothing of the reason,
    // the next one does.
    const bool isWritten = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() &&
        (file.flush() || file.flush()) && file.commit();
    if (isWritten) return engine::ok();
    return engine::Error{engine::ErrorCode::Io, file.errorString().toStdString(), path.toStdString()};
}

}  // namespace ui
