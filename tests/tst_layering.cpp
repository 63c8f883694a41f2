// Holds every include of the tree, and every link between its libraries, against the table of
// docs/architecture.md.
#include "test_main.h"

#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>

namespace tst_layering {

class LayeringTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyIncludeIsAllowed();
    void noComponentIncludesAnother();
    void theKernelKnowsNoQt();
    void everyLinkIsAllowed();
    void aForbiddenIncludeIsFound();
};

namespace {

// The folders that each may include, itself left out. The key is the longest folder name that a path begins
// with.
const QMap<QString, QStringList>& allowedFolders()
{
    static const QStringList catalogAndBelow{"base", "data", "component", "spec", "catalog"};
    static const QStringList planAndBelow = catalogAndBelow + QStringList{"plan"};
    static const QStringList jobsAndBelow = planAndBelow + QStringList{"runtime", "state", "jobs"};
    static const QMap<QString, QStringList> table{
        {"base", {}},
        {"data", {"base"}},
        {"component", {"base", "data"}},
        {"state", {"base", "data"}},
        {"runtime", {"base", "data", "component", "state"}},
        {"spec", {"base", "data"}},
        {"detect", {"base", "data", "spec"}},
        {"catalog", {"base", "data", "component", "spec"}},
        {"grouping", catalogAndBelow + QStringList{"state"}},
        {"operators", catalogAndBelow + QStringList{"state", "grouping"}},
        {"connectors", catalogAndBelow + QStringList{"state"}},
        {"formats", catalogAndBelow + QStringList{"state"}},
        {"plan", catalogAndBelow + QStringList{"runtime", "state"}},
        {"jobs", planAndBelow + QStringList{"runtime", "state"}},
        {"control/client", {"base", "data", "spec"}},
        {"control/server", jobsAndBelow + QStringList{"control/client", "detect"}},
    };
    return table;
}

// The folder of the table that a path below engine/ lies in.
QString folderOf(const QString& path)
{
    for (const QString& folder : allowedFolders().keys())
        if (path.startsWith(folder + "/")) return folder;
    return {};
}

struct Include {
    QString file;    // below the top of the tree
    QString target;  // as written
    bool isQuoted = false;
};

QList<Include> includesOf(const QString& top)
{
    static const QRegularExpression pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])",
                                            QRegularExpression::MultilineOption);
    QList<Include> found;
    QDirIterator files(QString(SOURCE_DIR) + "/" + top, {"*.h", "*.cpp"}, QDir::Files,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly)) continue;
        const QString text = QString::fromUtf8(file.readAll());
        for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
            const auto match = matches.next();
            found.push_back({QDir(SOURCE_DIR).relativeFilePath(file.fileName()), match.captured(2),
                             match.captured(1) == "\""});
        }
    }
    return found;
}

bool isAllowed(const Include& include)
{
    const QString target = folderOf(include.target);
    if (!include.isQuoted || target.isEmpty()) return true;
    if (include.file.startsWith("ui/"))
        return allowedFolders()["control/client"].contains(target) || target == "control/client";
    if (!include.file.startsWith("engine/")) return true;
    const QString own = folderOf(include.file.mid(QString("engine/").size()));
    return own == target || allowedFolders()[own].contains(target);
}

// "operators/window" of a path below engine/ that belongs to a component.
QString componentOf(const QString& path)
{
    const QStringList parts = path.split('/');
    static const QStringList kinds{"operators", "connectors", "formats"};
    return parts.size() > 2 && kinds.contains(parts[0]) ? parts[0] + "/" + parts[1] : QString();
}

}  // namespace

void LayeringTest::everyIncludeIsAllowed()
{
    QStringList wrong;
    int seen = 0;
    for (const char* top : {"engine", "ui"})
        for (const Include& include : includesOf(top)) {
            ++seen;
            if (!isAllowed(include)) wrong << include.file + " includes " + include.target;
        }
    QVERIFY(seen > 100);
    QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join('\n')));
}

void LayeringTest::noComponentIncludesAnother()
{
    QStringList wrong;
    for (const Include& include : includesOf("engine")) {
        const QString own = componentOf(include.file.mid(QString("engine/").size()));
        const QString target = componentOf(include.target);
        // formats/shared holds what several formats are made of; it registers no component.
        const bool isSharedFormat = target == "formats/shared" && own.startsWith("formats/");
        if (!own.isEmpty() && !target.isEmpty() && own != target && !isSharedFormat)
            wrong << include.file + " includes " + include.target;
    }
    QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join('\n')));
}

void LayeringTest::theKernelKnowsNoQt()
{
    static const QRegularExpression qtHeader("^(Q[A-Z]|Qt)");
    QStringList wrong;
    for (const Include& include : includesOf("engine"))
        if (qtHeader.match(include.target).hasMatch() && !include.file.startsWith("engine/control/"))
            wrong << include.file + " includes " + include.target;
    QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join('\n')));
}

void LayeringTest::everyLinkIsAllowed()
{
    QFile file(QString(SOURCE_DIR) + "/engine/CMakeLists.txt");
    QVERIFY(file.open(QIODevice::ReadOnly));
    static const QRegularExpression line(R"(engine_library\((\S+) LINKS ([^)]*)\))");
    const QString text = QString::fromUtf8(file.readAll());
    // jobs links the components for the programs' sake; what it includes of them is held by the test above.
    const QSet<QString> excused{"jobs engine_components"};
    int seen = 0;
    QStringList wrong;
    for (auto matches = line.globalMatch(text); matches.hasNext();) {
        const auto match = matches.next();
        const QString folder = folderOf(match.captured(1) + "/");
        QVERIFY2(allowedFolders().contains(folder), qPrintable(match.captured(1)));
        for (QString target : match.captured(2).split(' ', Qt::SkipEmptyParts)) {
            ++seen;
            if (!target.startsWith("engine_") || excused.contains(folder + " " + target)) continue;
            const QString other = target.mid(QString("engine_").size());
            if (!allowedFolders()[folder].contains(other)) wrong << folder + " links " + target;
        }
    }
    QVERIFY(seen > 10);
    QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join('\n')));
}

void LayeringTest::aForbiddenIncludeIsFound()
{
    QVERIFY(!isAllowed({"engine/data/column.cpp", "spec/json.h", true}));
    QVERIFY(!isAllowed({"engine/spec/json.cpp", "runtime/task.h", true}));
    QVERIFY(!isAllowed({"engine/catalog/component.h", "jobs/job.h", true}));
    QVERIFY(!isAllowed({"ui/session.h", "jobs/job.h", true}));
    QVERIFY(!isAllowed({"engine/control/client/transport.h", "control/server/engine_service.h", true}));
    QVERIFY(isAllowed({"engine/control/server/engine_service.h", "control/client/transport.h", true}));
    QVERIFY(isAllowed({"app/commands/run.cpp", "jobs/job.h", true}));
    QCOMPARE(componentOf("operators/window/window.cpp"), QString("operators/window"));
}

STREAMWRIGHT_TEST(LayeringTest)

}  // namespace tst_layering
#include "tst_layering.moc"
