#include "ui/jobs/job_view.h"
#include "ui/pages/jobs_page.h"
#include "ui/plain_text.h"
#include "ui/properties/detect_card.h"
#include "ui/properties/node_editor.h"
#include "ui/properties/sample_view.h"
#include "window_fixture.h"
#include "test_main.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QLabel>
#include <QTextDocument>
#include <QTreeView>

namespace tst_ui_plain_text {

using namespace engine;
using namespace ui;

namespace {

const char* const kForeign = "<h1>Src</h1> & <img src=x>";

// What a reader sees of a tooltip.
QString asRead(const QString& tip)
{
    if (!Qt::mightBeRichText(tip)) return tip;
    QTextDocument document;
    document.setHtml(tip);
    return document.toPlainText();
}

bool isAsWritten(const QString& tip)
{
    const QString read = asRead(tip);
    return !read.contains(QLatin1String("&lt;")) && !read.contains(QLatin1String("&gt;")) &&
        read.contains(QLatin1String("Src")) == read.contains(QLatin1String("<h1>Src</h1>"));
}

// The first text that is not shown as it is written; empty when there is none.
QString wrongIn(const QAbstractItemModel& model, const QModelIndex& parent = {})
{
    for (int column = 0; column < model.columnCount(parent); ++column) {
        const QString head = model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
        if (!isAsWritten(head)) return head;
    }
    for (int row = 0; row < model.rowCount(parent); ++row)
        for (int column = 0; column < model.columnCount(parent); ++column) {
            const QModelIndex index = model.index(row, column, parent);
            const QString tip = index.data(Qt::ToolTipRole).toString();
            if (!isAsWritten(tip)) return tip;
            if (const QString below = wrongIn(model, index); !below.isEmpty()) return below;
        }
    return {};
}

QString wrongIn(QWidget& window)
{
    for (const QLabel* label : window.findChildren<QLabel*>())
        if (label->textFormat() != Qt::PlainText && Qt::mightBeRichText(label->text()))
            return QStringLiteral("label: ") + label->text();
    for (const QWidget* widget : window.findChildren<QWidget*>())
        if (!isAsWritten(widget->toolTip())) return QStringLiteral("tooltip: ") + widget->toolTip();
    for (const QAbstractItemView* view : window.findChildren<QAbstractItemView*>())
        if (view->model())
            if (const QString wrong = wrongIn(*view->model()); !wrong.isEmpty())
                return view->accessibleName() + QStringLiteral(": ") + wrong;
    return {};
}

TapRows foreignRows()
{
    const auto schema =
        std::make_shared<const Schema>(std::vector<Field>{{kForeign, DataType::String}}, true);
    BatchBuilder builder(schema);
    for (int i = 0; i < 3; ++i) {
        builder.column(0).addText(kForeign);
        builder.endRow(i);
    }
    TapRows rows;
    rows.schema = schema;
    rows.batches.push_back(builder.finish());
    return rows;
}

PipelineSpec foreignDocument()
{
    PipelineSpec spec = fake::hotMachines();
    spec.name = kForeign;
    for (NodeSpec& node : spec.nodes) node.title = kForeign;
    spec.nodes[2].params.set("own", kForeign);
    spec.nodes.push_back(fake::makeNode("later", "from_the_future", kForeign, {{kForeign, kForeign}}));
    spec.parameters.push_back({kForeign, "string", kForeign, kForeign, kForeign, Json::object()});
    return spec;
}

}  // namespace

// That markup in a document, in rows and in what an engine says is text wherever it is shown.
class UiPlainText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void everyPage();
    void theTestCanFail();
};

void UiPlainText::everyPage()
{
    WindowFixture fixture;
    fixture.far->diagnostics = {{Diagnostic::Warning, NodeId{"hot"}, "condition", "", kForeign, {}},
                                {Diagnostic::Warning, NodeId{"hot"}, "", "", kForeign, {}}};
    const TapRows rows = foreignRows();
    fixture.far->previewReply.inputs = {{{NodeId{"sensors"}, "out"}, rows.schema, rows.batches}};
    fixture.far->previewReply.outputs = {{{NodeId{"hot"}, "out"}, rows.schema, rows.batches}};
    Detected detected;
    detected.columns = {{.name = kForeign}};
    detected.samples = {{kForeign}};
    detected.note = kForeign;
    fixture.far->detected = detected;
    OpenDocument* open = fixture.add(foreignDocument());
    QTRY_VERIFY(!open->analysis.schemas.empty());
    fixture.session->run();
    QTRY_VERIFY(open->hasTelemetry);
    MainWindow& window = *fixture.window;
    const auto expectPlain = [&](const char* where) {
        QCoreApplication::sendPostedEvents();
        const QString wrong = wrongIn(window);
        QVERIFY2(wrong.isEmpty(), qPrintable(QLatin1String(where) + QStringLiteral(": ") + wrong));
    };
    Q_EMIT fixture.session->logged({{}, 3, NodeId{"hot"}, kForeign});
    window.notices().say(NoticeBar::Trouble, QString::fromUtf8(kForeign));
    for (const char* id : {"hot", "machines", "later", "screen"}) {
        window.selectNode(NodeId{id});
        NodeEditor* editor = window.design().inspector().editor();
        if (editor && QLatin1String(id) == QLatin1String("hot"))
            QTRY_VERIFY(editor->samples().before().rowCount() > 0);
        if (editor && editor->detectCard()) {
            editor->detect();
            QTRY_VERIFY(editor->detectCard()->sentence().contains(QLatin1String("<h1>")));
        }
        window.dock().rows().append(rows);
        expectPlain(id);
    }
    window.scene().select(window.scene().edge(fake::link("sensors", "hot")));
    expectPlain("edge");
    window.scene().select(nullptr);
    for (const DockPanel::Tab tab :
         {DockPanel::Chart, DockPanel::ChartAndRows, DockPanel::Rows, DockPanel::Problems, DockPanel::Log}) {
        window.dock().showTab(tab);
        expectPlain("pipeline");
    }
    for (const QGraphicsItem* item : window.scene().items())
        QVERIFY2(isAsWritten(item->toolTip()), qPrintable(item->toolTip()));
    for (const MainWindow::Page page : {MainWindow::Home, MainWindow::Jobs}) {
        window.showPage(page);
        expectPlain("page");
    }
    for (const char* id : {"help.commands", "help.keys", "file.close"}) {
        window.commands().run(QLatin1String(id));
        expectPlain(id);
        window.overlay().dismiss();
    }
}

void UiPlainText::theTestCanFail()
{
    QVERIFY(isAsWritten(plainToolTip(QString::fromUtf8(kForeign))));
    QVERIFY(!isAsWritten(QString::fromUtf8(kForeign)));
    QVERIFY(!isAsWritten(QStringLiteral("a > b").toHtmlEscaped()));
}

STREAMWRIGHT_WINDOW_TEST(UiPlainText)

}  // namespace tst_ui_plain_text
#include "tst_ui_plain_text.moc"
