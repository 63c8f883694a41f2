#include "ui/documents/drafts.h"

#include "spec/json.h"
#include "ui/document/whole_file.h"

#include <QDir>
#include <QUuid>

#include <algorithm>

namespace ui {

namespace {

const QString kDraftEnd = QStringLiteral(".draft.json");
const QString kLockEnd = QStringLiteral(".lock");
constexpr qint64 kLongestDraft = 128 << 20;  // two documents of the greatest size, escaped

QString textMember(const engine::Json& json, std::string_view name)
{
    const engine::Json* value = engine::findMember(json, name);
    return value && value->is_string() ? QString::fromStdString(value->get<std::string>()) : QString();
}

int numberMember(const engine::Json& json, std::string_view name)
{
    const engine::Json* value = engine::findMember(json, name);
    return value && value->is_number_unsigned() ? value->get<int>() : 0;
}

bool flagMember(const engine::Json& json, std::string_view name)
{
    const engine::Json* value = engine::findMember(json, name);
    return value && value->is_boolean() && value->get<bool>();
}

}  // namespace

Drafts::Drafts(const QString& folder)
    : m_folder(folder),
      m_own(QUuid::createUuid().toString(QUuid::Id128)) { }

Drafts::~Drafts() = default;

QString Drafts::newFile()
{
    return QStringLiteral("%1/%2-%3%4").arg(m_folder, m_own).arg(++m_last).arg(kDraftEnd);
}

engine::Status Drafts::begin()
{
    if (m_folder.isEmpty() || m_lock) return engine::ok();
    auto lock = std::make_unique<QLockFile>(m_folder + QLatin1Char('/') + m_own + kLockEnd);
    lock->setStaleLockTime(0);  // an old lock of a living window counts
    if (!QDir().mkpath(m_folder) || !lock->tryLock(0))
        return engine::Error{engine::ErrorCode::Io,
                             "The folder " + m_folder.toStdString() + " cannot be written",
                             m_folder.toStdString()};
    m_lock = std::move(lock);
    return engine::ok();
}

std::vector<Draft> Drafts::takeLeftovers()
{
    std::vector<Draft> found;
    if (!m_lock) return found;
    const QDir folder(m_folder);
    for (const QString& name : folder.entryList({QLatin1Char('*') + kDraftEnd}, QDir::Files, QDir::Time)) {
        const QString window = name.section(QLatin1Char('-'), 0, 0);
        if (window == m_own) continue;
        QLockFile lock(folder.filePath(window + kLockEnd));
        lock.setStaleLockTime(0);
        if (!lock.tryLock(0)) continue;
        // Renamed at once: of two windows that start together only one gets it.
        const QString own = newFile();
        if (!QFile::rename(folder.filePath(name), own)) continue;
        auto draft = read(own);
        if (draft) found.push_back(std::move(*draft));
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Draft& a, const Draft& b) { return a.tab < b.tab; });
    return found;
}

engine::Status Drafts::write(const Draft& draft)
{
    engine::Json json = engine::Json::object();
    json["draft"] = 1;
    json["path"] = draft.path.toStdString();
    json["directory"] = draft.directory.toStdString();
    json["name"] = draft.name.toStdString();
    json["was_running"] = draft.wasRunning;
    json["running"] = draft.running.toStdString();
    json["is_wanted"] = draft.isWanted;
    json["tab"] = draft.tab;
    json["is_current"] = draft.isCurrent;
    json["is_modified"] = draft.isModified;
    json["unread"] = draft.unread.toStdString();
    json["example"] = draft.example.toStdString();
    json["digest"] = draft.digest.toHex().toStdString();
    json["text"] = draft.text.toStdString();
    const std::string bytes = json.dump(1, ' ', false, engine::Json::error_handler_t::replace);
    return writeWhole(draft.file, QByteArray::fromStdString(bytes));
}

engine::Result<Draft> Drafts::read(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return engine::Error{engine::ErrorCode::Io, file.errorString().toStdString(), path.toStdString()};
    const QByteArray bytes = file.read(kLongestDraft);
    const auto json = engine::Json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (!json.is_object())
        return engine::Error{engine::ErrorCode::Corrupt, "This is no draft.", path.toStdString()};
    return Draft{.path = textMember(json, "path"),
                 .directory = textMember(json, "directory"),
                 .name = textMember(json, "name"),
                 .text = textMember(json, "text").toUtf8(),
                 .digest = QByteArray::fromHex(textMember(json, "digest").toLatin1()),
                 .wasRunning = flagMember(json, "was_running"),
                 .running = textMember(json, "running").toUtf8(),
                 .isWanted = flagMember(json, "is_wanted"),
                 .tab = numberMember(json, "tab"),
                 .isCurrent = flagMember(json, "is_current"),
                 .isModified = !engine::findMember(json, "is_modified") || flagMember(json, "is_modified"),
                 .unread = textMember(json, "unread"),
                 .example = textMember(json, "example"),
                 .file = path};
}

void Drafts::remove(const QString& file) { QFile::remove(file); }

}  // namespace ui
