#include "test_main.h"
#include "ui/document/clip.h"
#include "ui/pages/jobs_page.h"
#include "ui/panels/lines_model.h"
#include "window_fixture.h"

#include <QApplication>
#include <QLabel>
#include <QTableView>

namespace tst_ui_odd_texts {

using namespace engine;
using namespace ui;

// Texts that nobody would write and a window still has to show: of 10,000 characters, with characters for a
// terminal, of components that are unknown.
class UiOddTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void aLongNameMakesNothingWide();
    void controlCharactersAreNotShown();
    void anUnknownComponentIsKeptAsItWas();
};

namespace {

bool hasControl(const QString& text)
{
    return std::any_of(text.begin(), text.end(),
                       [](QChar each) { return each.category() == QChar::Other_Control; });
}

}  // namespace

void UiOddTexts::aLongNameMakesNothingWide()
{
    WindowFixture fixture;
    MainWindow& window = *fixture.window;
    fixture.add(fake::hotMachines());
    fixture.session->run();
    QTRY_VERIFY(fixture.session->current()->hasTelemetry);
    fixture.key(Qt::Key_3, Qt::AltModifier);
    fixture.key(Qt::Key_2, Qt::AltModifier);
    QCoreApplication::processEvents();
    const QSize least = window.minimumSizeHint(), size = window.size();
    PipelineSpec spec = fake::hotMachines();
    spec.id = "00000000-0000-4000-8000-000000000002";
    spec.name = std::string(10'000, 'x');
    for (NodeSpec& node : spec.nodes) node.title = spec.name;
    OpenDocument* open = fixture.add(spec);
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    window.selectNode(NodeId{"hot"});
    for (const int page : {Qt::Key_2, Qt::Key_3, Qt::Key_4, Qt::Key_1}) {
        fixture.key(page, Qt::AltModifier);
        window.jobs().model().flush();
        QCoreApplication::processEvents();
        (void)window.grab();
        QCOMPARE(window.size(), size);
        QVERIFY(window.minimumSizeHint().width() <= least.width());
        for (const QWidget* widget : window.findChildren<QWidget*>()) {
            const QByteArray name =
                QByteArray(widget->metaObject()->className()) + ' ' + widget->objectName().toUtf8();
            QVERIFY2(widget->toolTip().size() < 3'000, name);
            if (widget->isVisible()) QVERIFY2(widget->width() <= size.width(), name);
            if (const auto* label = qobject_cast<const QLabel*>(widget))
                if (label->isVisible()) QVERIFY2(label->text().size() < 2'000, name);
        }
    }
    const DocumentTabs& tabs = window.design().tabs();
    QVERIFY(tabs.tabRect(1).width() <= 400);
    QVERIFY(tabs.tabText(1).size() <= 201);
    QVERIFY(tabs.tabToolTip(1).size() < 3'000);
    QVERIFY(window.windowTitle().size() <= 201);
    // Of the job, a line; the rest by its tool tip, as far as that goes.
    const JobsModel& jobs = window.jobs().model();
    QVERIFY(jobs.rowCount() >= 2);
    for (int row = 0; row < jobs.rowCount(); ++row) {
        QVERIFY(jobs.index(row, JobsModel::Name).data().toString().size() <= 10'000);
        QVERIFY(jobs.index(row, JobsModel::Name).data(Qt::ToolTipRole).toString().size() < 3'000);
    }
    QVERIFY(window.jobs().table().columnWidth(JobsModel::Name) <= window.jobs().table().width());
}

void UiOddTexts::controlCharactersAreNotShown()
{
    WindowFixture fixture;
    MainWindow& window = *fixture.window;
    const std::string odd = "a\x01\x1b[31mb\tc\r\nd\x7f";
    PipelineSpec spec = fake::hotMachines();
    spec.name = odd;
    spec.nodes[2].title = odd;
    OpenDocument* open = fixture.add(spec);
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    window.jobs().model().flush();
    QVERIFY(window.jobs().model().rowCount() > 0);
    for (int column = 0; column < JobsModel::Columns; ++column)
        QVERIFY(!hasControl(window.jobs().model().index(0, column).data().toString()));
    QVERIFY(!hasControl(window.design().tabs().tabText(0)));
    QVERIFY(!hasControl(window.windowTitle()));

    LogModel& log = window.dock().logLines();
    window.dock().log({{}, 1, NodeId{"hot"}, odd});
    QVERIFY(log.rowCount() > 0);
    const QString line = log.index(log.rowCount() - 1).data().toString();
    QVERIFY2(!hasControl(line), qPrintable(line));
    QVERIFY(line.contains(u'a') && line.contains(u'd'));

    RowsModel rows;
    const auto schema = std::make_shared<const Schema>(std::vector<Field>{{odd, DataType::String}}, true);
    BatchBuilder builder(schema);
    builder.column(0).addText(odd);
    builder.endRow(0);
    TapRows told;
    told.schema = schema;
    told.batches.push_back(builder.finish());
    rows.setSchema(schema);
    rows.append(told);
    QCOMPARE(rows.rowCount(), 1);
    QVERIFY(!hasControl(rows.index(0, 0).data(Qt::DisplayRole).toString()));
    QVERIFY(!hasControl(rows.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString()));
}

void UiOddTexts::anUnknownComponentIsKeptAsItWas()
{
    QTemporaryDir folder;
    PipelineSpec spec = fake::hotMachines();
    spec.nodes[2].component = "from_another_version";
    spec.nodes[2].params = Json{{"zeta", 1}, {"alpha", {{"deep", {1, "two", nullptr}}}}, {"number", 7654321}};
    const QString path = folder.filePath(QStringLiteral("unknown.pipeline.json"));
    WindowFixture fixture(folder.filePath(QStringLiteral("own")));
    const SchemaOf schemas = [&](std::string_view id) { return fixture.session->client().schemaOf(id); };
    // Numbers that no number here has room for, or would be written otherwise.
    const QByteArray numbers = "[1.50, 1.0, 12345678901234567890123, 0.1234567890123456789, 1E5, -0.0e1]";
    const auto canonical = [&](const QByteArray& text) {
        return QByteArray::fromStdString(writePipeline(parsePipeline(text.toStdString()).spec, schemas));
    };
    const QByteArray before = canonical(
        QByteArray::fromStdString(writePipeline(spec, schemas)).replace("7654321", numbers));
    QVERIFY(before.contains(numbers));
    QVERIFY(WindowFixture::write(path, before));
    OpenDocument* open = nullptr;
    fixture.window->openFile(path, [&](OpenDocument* opened) { open = opened; });
    QTRY_VERIFY(open);
    const NodeItem* item = fixture.window->scene().node(NodeId{"hot"});
    QVERIFY(item->face().isUnknown && item->face().summary.contains(QStringLiteral("from_another_version")));
    // Looked at, renamed and back: of what is not understood nothing is lost or put in order.
    fixture.window->selectNode(NodeId{"hot"});
    QCoreApplication::processEvents();
    open->document->edit(QStringLiteral("Rename"), [](DocumentState& state) { state.spec.name = "Other"; });
    fixture.key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!open->document->isModified());
    QVERIFY(WindowFixture::bytesOf(path) != before);
    open->document->edit(QStringLiteral("Rename"),
                         [](DocumentState& state) { state.spec.name = "Hot machines"; });
    fixture.key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(!open->document->isModified());
    QCOMPARE(WindowFixture::bytesOf(path), before);
    // Nor by deleting it and taking that back, nor in a copy.
    const Clip clip = makeClip(open->document->state(), {NodeId{"hot"}}, {});
    QVERIFY(QByteArray::fromStdString(writeClip(clip, schemas)).contains(numbers));
    fixture.window->view().setFocus();
    fixture.key(Qt::Key_C, Qt::ControlModifier);
    fixture.key(Qt::Key_Delete);
    QVERIFY(!open->document->spec().find(NodeId{"hot"}));
    open->document->undoStack().undo();
    QCOMPARE(QByteArray::fromStdString(writePipeline(specFromState(open->document->state()), schemas)),
             before);
    fixture.key(Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE(QByteArray::fromStdString(writePipeline(specFromState(open->document->state()), schemas))
                     .count(numbers),
                 2);
}

STREAMWRIGHT_WINDOW_TEST(UiOddTexts)

}  // namespace tst_ui_odd_texts
#include "tst_ui_odd_texts.moc"
