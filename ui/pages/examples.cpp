#include "ui/pages/examples.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>

#include <algorithm>

static void loadExamples() { Q_INIT_RESOURCE(examples); }

namespace ui {

namespace {

const QString kExamples = QStringLiteral(":/examples");
const QString kFollowsLog = QStringLiteral("follow_log.pipeline.json");
const QString kMakesLog = QStringLiteral("generate_log.pipeline.json");
constexpr const char* kLogOfExample = "/var/log/dpkg.log";
constexpr int kWindowsMost = 100;  // at the same time

QString descriptionOf(const engine::PipelineSpec& spec)
{
    const engine::Json* text = engine::findMember(spec.extra, "x_description");
    return text && text->is_string() ? QString::fromStdString(text->get<std::string>()) : QString();
}

bool reads(const engine::PipelineSpec& spec, std::string_view component)
{
    return std::any_of(spec.nodes.begin(), spec.nodes.end(), [&](const engine::NodeSpec& node) {
        return node.component.compare(0, component.size(), component) == 0;
    });
}

bool takesRealInput(const engine::PipelineSpec& spec)
{
    const auto isReal = [](const engine::NodeSpec& node) {
        const engine::Json* follow = engine::findMember(node.params, "follow");
        if (node.component == "file_source") return follow && *follow == true;
        return node.component.ends_with("_source");
    };
    return !reads(spec, "generator_source") && std::any_of(spec.nodes.begin(), spec.nodes.end(), isReal);
}

// What shows most comes first, what needs or makes something for others last.
int standing(const Example& example)
{
    if (example.needsBroker) return 4;
    if (example.isHelper) return 3;
    if (example.isReal) return 0;
    return reads(example.spec, "file_source") ? 2 : 1;
}

}  // namespace

std::vector<Example> examples()
{
    loadExamples();
    std::vector<Example> all;
    const QDir folder(kExamples);
    for (const QString& name :
         folder.entryList({QStringLiteral("*.pipeline.json")}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly)) continue;
        Example example{.file = name, .bytes = file.readAll()};
        example.spec = engine::parsePipeline(example.bytes.toStdString()).spec;
        example.text = descriptionOf(example.spec);
        example.needsBroker = reads(example.spec, "kafka_");
        example.isHelper = name.startsWith(QLatin1String("generate_"));
        example.followsLog = name == kFollowsLog;
        example.isReal = takesRealInput(example.spec);
        all.push_back(std::move(example));
    }
    for (Example& example : all) {
        if (!example.followsLog) continue;
        const QString log = newestLog(usualLogs());
        const char* text = log.isEmpty()
            ? QT_TRANSLATE_NOOP("ui::Example", "No log of this computer can be read; follows one of its own.")
            : QT_TRANSLATE_NOOP("ui::Example", "Follows %1 of this computer as it grows.");
        example.text = QCoreApplication::translate("ui::Example", text).replace(QStringLiteral("%1"), log);
    }
    std::stable_sort(all.begin(), all.end(), [](const Example& one, const Example& other) {
        return standing(one) < standing(other);
    });
    return all;
}

QStringList usualLogs()
{
    QStringList logs;
    for (const char* name : {"syslog", "messages", "kern.log", "auth.log", "daemon.log", "user.log",
                             "cron.log", "boot.log", "dpkg.log", "pacman.log", "dnf.log", "Xorg.0.log"})
        logs += QStringLiteral("/var/log/") + QLatin1String(name);
    for (const char* name : {".local/share/xorg/Xorg.0.log", ".xsession-errors"})
        logs += QDir::home().filePath(QLatin1String(name));
    return logs;
}

QString newestLog(const QStringList& logs)
{
    QFileInfo newest;
    for (const QString& log : logs) {
        const QFileInfo info(log);
        if (!info.isFile() || !info.isReadable() || info.size() == 0) continue;
        if (newest.filePath().isEmpty() || info.lastModified() > newest.lastModified()) newest = info;
    }
    return newest.filePath();
}

ExamplePlace::ExamplePlace(const QString& folder) : m_folder(folder) { }

ExamplePlace::~ExamplePlace() = default;

void ExamplePlace::prepare()
{
    loadExamples();
    const QDir from(kExamples + QStringLiteral("/data"));
    const QDir to(m_folder + QStringLiteral("/data"));
    if (!to.mkpath(QStringLiteral("."))) return;
    for (const QString& name : from.entryList(QDir::Files)) {
        if (to.exists(name)) continue;
        QFile::copy(from.filePath(name), to.filePath(name));
        QFile::setPermissions(to.filePath(name), QFile::ReadOwner | QFile::WriteOwner);
    }
    for (int window = 1; !m_lock && window <= kWindowsMost; ++window) {
        const QString output = m_folder + QStringLiteral("/output-%1").arg(window);
        auto lock = std::make_unique<QLockFile>(output + QStringLiteral(".lock"));
        lock->setStaleLockTime(0);  // an old lock of a living window counts
        if (!lock->tryLock(0) || !QDir().mkpath(output)) continue;
        m_lock = std::move(lock);
        m_output = output;
    }
}

QByteArray ExamplePlace::withOutputs(const QByteArray& example) const
{
    if (m_output.isEmpty()) return example;
    // As it stands in a text of JSON.
    const engine::Json folder = (m_output + QLatin1Char('/')).toStdString();
    const QByteArray quoted = QByteArray::fromStdString(engine::compactJson(folder));
    return QByteArray(example).replace("\"/tmp/streamwright_", quoted.chopped(1));
}

QByteArray ExamplePlace::textOf(const Example& example, const QString& log) const
{
    if (!example.followsLog) return withOutputs(example.bytes);
    if (log.isEmpty()) {
        QFile file(kExamples + QLatin1Char('/') + kMakesLog);
        return file.open(QIODevice::ReadOnly) ? withOutputs(file.readAll()) : QByteArray();
    }
    const QByteArray quoted = QByteArray::fromStdString(engine::compactJson(engine::Json(log.toStdString())));
    return QByteArray(example.bytes).replace(kLogOfExample, quoted.mid(1, quoted.size() - 2));
}

}  // namespace ui
