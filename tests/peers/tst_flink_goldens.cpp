// The engine gives the rows that Flink gave: every query of peers/flink/queries as a pipeline over the same
// recorded input, at one and at four threads and in small and large chunks, against what make_goldens kept.
#include "app/worker.h"
#include "test_main.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <map>

namespace tst_flink_goldens {

namespace {

constexpr double kNear = 1e-9;  // of the greater of two doubles

QString peer(const QString& name) { return QString(SOURCE_DIR) + "/tests/peers/flink/" + name; }

QByteArray contentOf(const QString& file)
{
    QFile input(file);
    return input.open(QIODevice::ReadOnly) ? input.readAll() : QByteArray();
}

QString digestOf(const QString& file)
{
    return QCryptographicHash::hash(contentOf(file), QCryptographicHash::Sha256).toHex();
}

QStringList namesOfQueries()
{
    QStringList names;
    for (const QString& file : QDir(peer("queries")).entryList({"*.sql"}, QDir::Files, QDir::Name))
        names += file.chopped(4);
    return names;
}

QStringList notYet()
{
    QStringList names;
    for (const QString& line : QString::fromUtf8(contentOf(peer("not_yet.txt"))).split('\n'))
        if (!line.trimmed().isEmpty() && !line.startsWith('#')) names += line.trimmed();
    return names;
}

struct Column {
    QString name, kind;
};

struct Golden {
    QJsonObject text{};
    QList<Column> columns{};
    QList<QJsonArray> rows{};
};

// In the order in which they are written, which QJsonObject does not keep.
QList<Column> columnsOf(const QJsonArray& written)
{
    QList<Column> columns;
    for (const QJsonValue& one : written) columns += {one[0].toString(), one[1].toString()};
    return columns;
}

Golden goldenOf(const QString& name)
{
    Golden golden{QJsonDocument::fromJson(contentOf(peer("goldens/" + name + ".json"))).object()};
    golden.columns = columnsOf(golden.text["columns"].toArray());
    for (const QJsonValue& row : golden.text["rows"].toArray()) golden.rows += row.toArray();
    return golden;
}

// The columns of the golden alone: a node may give more of them than the query asked Flink for.
QList<QJsonArray> rowsOf(const QString& file, const QList<Column>& columns, QString& missing)
{
    QList<QJsonArray> rows;
    for (const QByteArray& line : contentOf(file).split('\n')) {
        if (line.isEmpty()) continue;
        const QJsonObject record = QJsonDocument::fromJson(line).object();
        QJsonArray row;
        for (const Column& column : columns) {
            if (!record.contains(column.name)) missing = column.name;
            row += record[column.name];
        }
        rows += row;
    }
    return rows;
}

bool isSame(const QJsonValue& one, const QJsonValue& other, const QString& kind)
{
    if (kind != "double" || !one.isDouble() || !other.isDouble()) return one == other;
    const double a = one.toDouble(), b = other.toDouble();
    return a == b || std::abs(a - b) <= kNear * std::max(std::abs(a), std::abs(b));
}

bool isSameRow(const QJsonArray& one, const QJsonArray& other, const QList<Column>& columns)
{
    for (qsizetype i = 0; i < columns.size(); ++i)
        if (!isSame(one[i], other[i], columns[i].kind)) return false;
    return true;
}

QByteArray textOf(const QJsonArray& row) { return QJsonDocument(row).toJson(QJsonDocument::Compact); }

// What two rows must have to the letter to be equal.
QByteArray exactPart(const QJsonArray& row, const QList<Column>& columns)
{
    QJsonArray part;
    for (qsizetype i = 0; i < columns.size(); ++i)
        if (columns[i].kind != "double") part += row[i];
    return textOf(part);
}

// Empty where both are the same rows, each as often; else some that only one of them has.
QString differenceOf(const Golden& golden, const QList<QJsonArray>& found)
{
    std::map<QByteArray, QList<QJsonArray>> open;
    for (const QJsonArray& row : golden.rows) open[exactPart(row, golden.columns)] += row;
    QStringList only;
    for (const QJsonArray& row : found) {
        QList<QJsonArray>& alike = open[exactPart(row, golden.columns)];
        const auto same = std::find_if(alike.begin(), alike.end(), [&](const QJsonArray& one) {
            return isSameRow(one, row, golden.columns);
        });
        if (same != alike.end())
            alike.erase(same);
        else
            only += "only here:   " + QString::fromUtf8(textOf(row));
    }
    const qsizetype extra = only.size();
    for (const auto& [part, rows] : open)
        for (const QJsonArray& row : rows) only += "only Flink's: " + QString::fromUtf8(textOf(row));
    if (only.isEmpty()) return {};
    const qsizetype missing = only.size() - extra;
    std::sort(only.begin(), only.end(), [](const QString& a, const QString& b) {
        return a.mid(a.indexOf('[')) < b.mid(b.indexOf('['));
    });
    return QString("%1 rows here, %2 of Flink; %3 only here, %4 only Flink's\n%5")
        .arg(found.size())
        .arg(golden.rows.size())
        .arg(extra)
        .arg(missing)
        .arg(only.mid(0, 10).join('\n'));
}

// Of the files of a folder that belong to the inputs which a query names, whatever they end with.
QJsonObject digestsIn(const QString& folder, const QString& sql)
{
    static const QRegularExpression table("\\b(\\w+)_file\\b");
    QJsonObject digests;
    for (auto all = table.globalMatch(sql); all.hasNext();) {
        const QString name = all.next().captured(1) + ".*";
        for (const QString& file : QDir(peer(folder)).entryList({name}, QDir::Files))
            digests[file] = digestOf(peer(folder + "/" + file));
    }
    return digests;
}

}  // namespace

class FlinkGoldensTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void thereIsAGoldenForEachQuery();
    void givesFlinksRows_data() { eachQuery(); }
    void givesFlinksRows();
    void theGoldenIsFlinksAnswer_data() { eachQuery(); }
    void theGoldenIsFlinksAnswer();

private:
    void eachQuery();
    void run(const QString& name, const char* chunk, const char* threads, const Golden& golden);
    QString path(const QString& name) const { return m_directory.path() + "/" + name; }

    QTemporaryDir m_directory;
};

void FlinkGoldensTest::thereIsAGoldenForEachQuery()
{
    const QStringList queries = namesOfQueries();
    QVERIFY(queries.size() >= 40);
    QStringList goldens;
    for (const QString& file : QDir(peer("goldens")).entryList({"*.json"}, QDir::Files, QDir::Name))
        goldens += file.chopped(5);
    QCOMPARE(goldens, queries);
    for (const QString& name : notYet()) QVERIFY2(queries.contains(name), qPrintable(name));
}

void FlinkGoldensTest::eachQuery()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : namesOfQueries()) QTest::newRow(qPrintable(name)) << name;
}

void FlinkGoldensTest::theGoldenIsFlinksAnswer()
{
    QFETCH(QString, name);
    const Golden golden = goldenOf(name);
    static const QRegularExpression version("^[12]\\.\\d+\\.\\d+$");
    QVERIFY2(version.match(golden.text["flink"].toString()).hasMatch(), "It names no version of Flink.");
    QVERIFY(!golden.text["revision"].toString().isEmpty());
    const QString sql = QString::fromUtf8(contentOf(peer("queries/" + name + ".sql")));
    QStringList lines;
    for (const QJsonValue& line : golden.text["sql"].toArray()) lines += line.toString();
    QCOMPARE(lines.join('\n') + "\n", sql);
    QVERIFY(!golden.text["inputs"].toObject().isEmpty());
    QCOMPARE(golden.text["inputs"].toObject(), digestsIn("inputs", sql));
    QCOMPARE(golden.text["tables"].toObject(), digestsIn("tables", sql));
    QVERIFY(!golden.columns.isEmpty());
}

void FlinkGoldensTest::run(const QString& name, const char* chunk, const char* threads, const Golden& golden)
{
    QJsonObject document =
        QJsonDocument::fromJson(contentOf(peer("queries/" + name + ".pipeline.json"))).object();
    document["settings"] = QJsonObject{{"chunk_size", chunk}};
    QFile file(path("query.pipeline.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(document).toJson());
    file.close();
    QFile::remove(path("result.ndjson"));
    const WorkerResult result =
        runWorker({"run", file.fileName(), "--fresh", "--state", path("state"), "--threads", threads,
                   "--parallelism", threads, "--set", "inputs=" + peer("inputs"), "--set",
                   "output=" + path("result.ndjson")});
    QVERIFY2(result.exitCode == 0, qPrintable(result.errors));
    QString missing;
    const QList<QJsonArray> found = rowsOf(path("result.ndjson"), golden.columns, missing);
    QVERIFY2(missing.isEmpty(), qPrintable("There is no column " + missing));
    const QString difference = differenceOf(golden, found);
    QVERIFY2(difference.isEmpty(),
             qPrintable(QString("%1 threads, chunks of %2: %3").arg(threads, chunk, difference)));
}

void FlinkGoldensTest::givesFlinksRows()
{
    QFETCH(QString, name);
    if (notYet().contains(name)) {
        const WorkerResult result = runWorker({"validate", peer("queries/" + name + ".pipeline.json")});
        QVERIFY2(result.exitCode == 2, qPrintable(name + " is refused no longer: take it off not_yet.txt."));
        static const QRegularExpression unknown("There is no (component|parameter|input|output)|"
                                                "is not one of the choices");
        QVERIFY2(unknown.match(result.errors).hasMatch(), qPrintable(result.errors));
        return;
    }
    const Golden golden = goldenOf(name);
    QVERIFY(!golden.columns.isEmpty());
    for (const char* chunk : {"4KiB", "1MiB"})
        for (const char* threads : {"1", "4"}) {
            run(name, chunk, threads, golden);
            if (QTest::currentTestFailed()) return;
        }
}

STREAMWRIGHT_TEST(FlinkGoldensTest)

}  // namespace tst_flink_goldens
#include "tst_flink_goldens.moc"
