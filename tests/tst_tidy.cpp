// Lengths, words and calls that the tree does without. What is over a length today stands in tidy_allowed.txt
// with its number; an entry may only shrink, and goes when it is no longer needed.
#include "catalog/component.h"
#include "test_main.h"

#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace tst_tidy {

class TidyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lengthsOnlyShrink();
    void theReferenceIsShort();
    void noWordsOfUnfinishedWork();
    void noClockDiskOrChanceRoundTheEnvironment();
    void idsAreLowerCase();
    void longFunctionsAreFound();
};

namespace {

constexpr int kFunctionLines = 70;
constexpr int kFileLines = 400;
constexpr int kLineColumns = 110;

using Lengths = QMap<QString, int>;  // "function-lines engine/a.cpp" to the greatest there is

QStringList sourceFiles(const QStringList& tops)
{
    QStringList files;
    for (const QString& top : tops) {
        QDirIterator found(QString(SOURCE_DIR) + "/" + top, {"*.h", "*.cpp"}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (found.hasNext()) files << QDir(SOURCE_DIR).relativeFilePath(found.next());
    }
    files.sort();
    return files;
}

QStringList linesOf(const QString& path)
{
    QFile file(QString(SOURCE_DIR) + "/" + path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    QStringList lines = QString::fromUtf8(file.readAll()).split('\n');
    if (!lines.isEmpty() && lines.last().isEmpty()) lines.removeLast();
    return lines;
}

// A function's body begins with a brace alone on its line and ends with the next brace at the same depth.
int longestFunction(const QStringList& lines)
{
    int longest = 0;
    for (int i = 0; i < lines.size(); ++i) {
        if (lines[i].trimmed() != "{") continue;
        const QString end = lines[i].chopped(1) + "}";
        for (int j = i + 1; j < lines.size(); ++j)
            if (lines[j].startsWith(end)) {
                longest = std::max(longest, j - i + 1);
                break;
            }
    }
    return longest;
}

int longestLine(const QStringList& lines)
{
    int longest = 0;
    for (const QString& line : lines) longest = std::max(longest, static_cast<int>(line.size()));
    return longest;
}

Lengths excesses()
{
    Lengths found;
    for (const QString& path : sourceFiles({"app", "engine", "ui", "tests"})) {
        const QStringList lines = linesOf(path);
        if (const int most = longestFunction(lines); most > kFunctionLines)
            found["function-lines " + path] = most;
        if (lines.size() > kFileLines) found["file-lines " + path] = static_cast<int>(lines.size());
        if (const int most = longestLine(lines); most > kLineColumns) found["line-columns " + path] = most;
    }
    return found;
}

Lengths allowedExcesses()
{
    Lengths allowed;
    for (const QString& line : linesOf("tests/tidy_allowed.txt")) {
        if (line.startsWith('#') || line.isEmpty()) continue;
        const qsizetype last = line.lastIndexOf(' ');
        allowed[line.left(last)] = line.mid(last + 1).toInt();
    }
    return allowed;
}

// Every place where the pattern is found, strings and comments included.
QStringList places(const QStringList& files, const QRegularExpression& pattern)
{
    QStringList found;
    for (const QString& path : files) {
        const QStringList lines = linesOf(path);
        for (int i = 0; i < lines.size(); ++i)
            if (pattern.match(lines[i]).hasMatch())
                found << QString("%1:%2: %3").arg(path).arg(i + 1).arg(lines[i].trimmed());
    }
    return found;
}

}  // namespace

void TidyTest::lengthsOnlyShrink()
{
    const Lengths found = excesses(), allowed = allowedExcesses();
    QFile list(QString(BINARY_DIR) + "/tidy_found.txt");  // what tests/tidy_allowed.txt would say today
    QVERIFY(list.open(QIODevice::WriteOnly));
    for (auto it = found.begin(); it != found.end(); ++it)
        list.write(QString("%1 %2\n").arg(it.key()).arg(it.value()).toUtf8());
    QStringList wrong;
    for (auto it = found.begin(); it != found.end(); ++it)
        if (it.value() > allowed.value(it.key()))
            wrong << QString("%1 has grown to %2 (allowed: %3)")
                         .arg(it.key())
                         .arg(it.value())
                         .arg(allowed.value(it.key()));
    for (auto it = allowed.begin(); it != allowed.end(); ++it)
        if (it.value() > found.value(it.key()))
            wrong << QString("%1 is now %2: lower the entry in tests/tidy_allowed.txt, or delete it")
                         .arg(it.key())
                         .arg(found.value(it.key()));
    QVERIFY2(wrong.isEmpty(), qPrintable("\n" + wrong.join('\n')));
}

void TidyTest::noWordsOfUnfinishedWork()
{
    // Put together here, so that this file does not hold them itself.
    const QStringList words{QString("TO") + "DO", QString("FIX") + "ME", QString("XX") + "X",
                            QString("HA") + "CK"};
    const QStringList found = places(sourceFiles({"app", "engine", "ui", "tests"}),
                                     QRegularExpression("\\b(" + words.join('|') + ")\\b"));
    QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join('\n')));
}

void TidyTest::noClockDiskOrChanceRoundTheEnvironment()
{
    QStringList files;
    for (const QString& path : sourceFiles({"engine"}))
        if (!path.startsWith("engine/base/")) files << path;
    const QRegularExpression pattern(
        R"(_clock::now\b|\bcurrentDateTime|\bcurrentMSecs|\bstd::rand\b|\brandom_device\b|\bfopen\s*\()"
        R"(|(?<![\w>])::open\s*\(|\bopenat\s*\(|\bofstream\b|\bifstream\b|\bsleep_for\b|\busleep\b)");
    const QStringList found = places(files, pattern);
    QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join('\n')));
    QVERIFY(pattern.match("const int file = ::open(path, 0);").hasMatch());
    QVERIFY(!pattern.match("auto store = CheckpointStore::open(env);").hasMatch());
}

void TidyTest::idsAreLowerCase()
{
    engine::Catalog catalog;
    engine::addBuiltinComponents(catalog);
    const QRegularExpression id("^[a-z][a-z0-9_]{0,63}$");
    QSet<QString> seen;
    for (const engine::ComponentInfo& component : catalog.infos()) {
        const QString name = QString::fromStdString(component.id);
        QVERIFY2(id.match(name).hasMatch(), qPrintable(name));
        QVERIFY2(!seen.contains(name), qPrintable(name + " is there twice"));
        seen << name;
        QVERIFY2(!component.title.empty() && !component.category.empty() && !component.help.empty(),
                 qPrintable(name));
        for (const engine::ParamField& field : component.params) {
            const QString param = name + "." + QString::fromStdString(field.name);
            QVERIFY2(id.match(QString::fromStdString(field.name)).hasMatch(), qPrintable(param));
            QVERIFY2(!field.hints.help.empty(), qPrintable(param + " has no help"));
        }
    }
    QVERIFY(seen.size() >= 13);
}

void TidyTest::longFunctionsAreFound()
{
    QStringList lines{"void f()", "{"};
    for (int i = 0; i < 80; ++i) lines << "    call();";
    lines << "}";
    QCOMPARE(longestFunction(lines), 82);
    QCOMPARE(longestFunction({"void g()", "{", "    if (x) {", "    }", "}"}), 4);
    QCOMPARE(longestLine({"ab", "abcd"}), 4);
}

// What pipelines are compared with must be right by reading it.
void TidyTest::theReferenceIsShort()
{
    constexpr qsizetype kReferenceLines = 1600;
    QMap<QString, qsizetype> lines;  // of each reference: its files begin with one word
    for (const QString& path : sourceFiles({"tests/reference"}))
        lines[path.section('/', -1).section('_', 0, 0)] += linesOf(path).size();
    QVERIFY(lines.contains("reference"));
    for (const QString& name : lines.keys())
        QVERIFY2(lines[name] <= kReferenceLines,
                 qPrintable(QString("%1: %2 lines").arg(name).arg(lines[name])));
}

STREAMWRIGHT_TEST(TidyTest)

}  // namespace tst_tidy
#include "tst_tidy.moc"
