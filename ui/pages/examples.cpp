#include "ui/pages/examples.h"

#include <QDir>
#include <QFile>
#include <QLockFile>

#include <algorithm>

static void loadExamples() { Q_INIT_RESOURCE(examples); }

namespace ui {

namespace {

const QString kExamples = QStringLiteral(":/examples");
constexpr int kWindowsMost = 100;  // at the same time

QString noteOf(const engine::PipelineSpec& spec)
{
    if (!spec.notes.is_array() || spec.notes.empty()) return {};
    const engine::Json* text = engine::findMember(spec.notes.front(), "text");
    return text && text->is_string() ? QString::fromStdString(text->get<std::string>()) : QString();
}

bool makesItsRows(const engine::PipelineSpec& spec)
{
    return std::none_of(spec.nodes.begin(), spec.nodes.end(),
                        [](const engine::NodeSpec& node) {
                            return node.component == "file_source" || node.component.starts_with("kafka_");
                        });
}

// What shows most with nothing to prepare comes first, what only makes a file for others last.
int standing(const engine::PipelineSpec& spec)
{
    constexpr std::size_t kSourceAndSink = 2;
    if (spec.nodes.size() <= kSourceAndSink) return 2;
    return makesItsRows(spec) ? 0 : 1;
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
        example.text = noteOf(example.spec);
        all.push_back(std::move(example));
    }
    std::stable_sort(all.begin(), all.end(), [](const Example& one, const Example& other) {
        return standing(one.spec) < standing(other.spec);
    });
    return all;
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

}  // namespace ui
