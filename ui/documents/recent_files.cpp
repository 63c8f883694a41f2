#include "ui/documents/recent_files.h"

#include "ui/documents/file_worker.h"

#include <QFileInfo>
#include <QSettings>

namespace ui {

namespace {

const QString kRecentKey = QStringLiteral("recent_files");

}  // namespace

RecentFiles::RecentFiles(const Storage& storage, FileWorker& worker)
    : m_settingsFile(storage.settingsFile),
      m_worker(worker)
{
    if (!m_settingsFile.isEmpty())
        m_paths = QSettings(m_settingsFile, QSettings::IniFormat).value(kRecentKey).toStringList();
    m_paths = m_paths.mid(0, kFiles);
}

void RecentFiles::add(const QString& path)
{
    m_missing.erase(path);
    m_paths.removeAll(path);
    m_paths.prepend(path);
    m_paths = m_paths.mid(0, kFiles);
    if (!m_settingsFile.isEmpty())
        m_worker.run([file = m_settingsFile, paths = m_paths] {
            QSettings(file, QSettings::IniFormat).setValue(kRecentKey, paths);
        });
    Q_EMIT changed();
}

void RecentFiles::check()
{
    const auto look = [paths = m_paths] {
        std::set<QString> missing;
        for (const QString& path : paths)
            if (!QFileInfo::exists(path)) missing.insert(path);
        return missing;
    };
    m_worker.ask(this, look, [this](std::set<QString> missing) {
        if (missing == m_missing) return;
        m_missing = std::move(missing);
        Q_EMIT changed();
    });
}

}  // namespace ui
