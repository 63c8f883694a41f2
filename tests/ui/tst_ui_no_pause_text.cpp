#include "no_pause_fixture.h"
#include "test_main.h"
#include "ui/documents/document_tabs.h"
#include "ui/documents/text_view.h"

#include <QClipboard>
#include <QPlainTextEdit>

namespace tst_ui_no_pause_text {

using namespace engine;
using namespace ui;
using namespace no_pause;

// Such a document with 2 MiB of text, beside it as text.
class UiNoPauseText : public NoPauseFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { beginAll(); }
    void init();
    void cleanup() { end(); }
    void showing();
    void typing();
    void pasting();
    void undoing();
    void editingBeside();
    void leavingSoon();
    void savingSoon();
    void runningSoon();
    void editingWithAMistake();

private:
    QPlainTextEdit& editor() { return m_window->design().text().editor(); }
    const PipelineSpec& spec() { return m_session->current()->document->spec(); }
    std::string condition() { return spec().find(NodeId{"warm_60"})->params->at("condition").dump(); }
    bool says(const PipelineSpec& spec)
    {
        const std::string text = spec.find(NodeId{"warm_60"})->params->at("condition").dump();
        return text.find(m_typed.toStdString()) != std::string::npos;
    }
    void select(const char* text);
    void typeOther();
    void rename();
    void awaitEdit(int before);
    char m_digit = '3';
    QString m_typed;
};

namespace {

constexpr int kTextBytes = 2 << 20;

// Each of the sources reads a file of many columns instead.
PipelineSpec wideSources()
{
    PipelineSpec spec = fiveHundred("Wide");
    for (NodeSpec& node : spec.nodes) {
        if (node.component != "generator_source") continue;
        node.component = "file_source";
        Json columns = {{{"name", "ts"}, {"type", "timestamp"}},
                        {{"name", "sensor_id"}, {"type", "string"}},
                        {{"name", "temperature"}, {"type", "double"}}};
        for (int c = 0; c < 230; ++c)
            columns.push_back({{"name", "column_" + std::to_string(c)},
                               {"type", "double"},
                               {"path", "reading.values[" + std::to_string(c) + "]"}});
        node.params = Json{{"path", "hall.ndjson"}, {"columns", columns}, {"time_column", "ts"}};
    }
    return spec;
}

}  // namespace

void UiNoPauseText::init()
{
    begin();
    const PipelineSpec wide = wideSources();
    QVERIFY(writePipeline(wide).size() > kTextBytes);
    open(wide);
    key(Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(editor().document()->characterCount() > kTextBytes && !editor().isReadOnly());
    settle();
}

// Text that is there once, near the middle.
void UiNoPauseText::select(const char* text)
{
    QTextCursor from = editor().document()->find(QStringLiteral("\"Warm_60\""));
    QVERIFY(!from.isNull());
    const QTextCursor found = editor().document()->find(QLatin1String(text), from);
    QVERIFY(!found.isNull());
    editor().setTextCursor(found);
    editor().setFocus();
}

// Something that was not there before; nothing has read it yet when this comes back.
void UiNoPauseText::typeOther()
{
    select("> 2");
    m_typed = QStringLiteral("> 2") + QLatin1Char(m_digit);
    m_digit = m_digit == '9' ? '3' : static_cast<char>(m_digit + 1);
    QTest::keyClicks(&editor(), m_typed);
}

// In an event, for only those are measured.
void UiNoPauseText::rename()
{
    const int before = edits();
    const auto edit = [this] {
        m_session->current()->document->edit(QStringLiteral("Rename"),
                                             [](DocumentState& state) { state.spec.name += 'e'; });
    };
    QMetaObject::invokeMethod(m_session.get(), edit, Qt::QueuedConnection);
    awaitEdit(before);
}

void UiNoPauseText::awaitEdit(int before) { QTRY_VERIFY(edits() != before); }

void UiNoPauseText::showing()
{
    TextView& text = m_window->design().text();
    step(
        "show a long text",
        [&] {
            if (text.isVisible()) key(Qt::Key_T, Qt::ControlModifier);
            m_session->current()->document->edit(QStringLiteral("Rename"),
                                                 [](DocumentState& state) { state.spec.name += 'e'; });
        },
        [&] {
            key(Qt::Key_T, Qt::ControlModifier);
            QTRY_VERIFY(editor().toPlainText().contains(QString::fromStdString(spec().name)));
        });
    step(
        "its end", [&] { QTest::keyClick(&editor(), Qt::Key_Home, Qt::ControlModifier); },
        [&] { QTest::keyClick(&editor(), Qt::Key_End, Qt::ControlModifier); });
}

void UiNoPauseText::typing()
{
    char digit = '3';
    step(
        "type in a long text", [&] { select("> 2"); },
        [&] {
            const int before = edits();
            QTest::keyClicks(&editor(), QStringLiteral("> 2") + QLatin1Char(digit++));
            awaitEdit(before);
            QVERIFY2(condition().find("> 2" + std::string(1, static_cast<char>(digit - 1))) !=
                         std::string::npos,
                     condition().c_str());
        });
    step(
        "a new line in a long text", [&] { select("> 2"); },
        [&] {
            QTest::keyClick(&editor(), Qt::Key_Home);
            QTest::keyClick(&editor(), Qt::Key_Return);
        });
    step(
        "leave a long text for the canvas", [&] { select("> 2"); },
        [&] {
            const int before = edits();
            QTest::keyClicks(&editor(), QStringLiteral("> 2") + QLatin1Char(digit++));
            m_window->view().setFocus();
            awaitEdit(before);
        });
    const TextView& text = m_window->design().text();
    step(
        "a mistake in a long text",
        [&] {
            if (!text.mistake().isEmpty()) QTest::keyClick(&editor(), Qt::Key_Z, Qt::ControlModifier);
            QTRY_VERIFY(text.mistake().isEmpty());
            select("> 2");
        },
        [&] {
            QTest::keyClicks(&editor(), QStringLiteral("> \""));
            QTRY_VERIFY(!text.mistake().isEmpty());
        });
}

void UiNoPauseText::pasting()
{
    char digit = '3';
    step(
        "paste into a long text",
        [&] {
            select("> 2");
            QApplication::clipboard()->setText(QStringLiteral("> 2") + QLatin1Char(digit++));
        },
        [&] {
            const int before = edits();
            QTest::keyClick(&editor(), Qt::Key_V, Qt::ControlModifier);
            awaitEdit(before);
        });
    step(
        "remove all of a long text",
        [&] {
            editor().setFocus();
            QTest::keyClick(&editor(), Qt::Key_A, Qt::ControlModifier);
        },
        [&] {
            QTest::keyClick(&editor(), Qt::Key_Delete);
            QTRY_VERIFY(!m_window->design().text().mistake().isEmpty());
            QTest::keyClick(&editor(), Qt::Key_Z, Qt::ControlModifier);
            QTRY_VERIFY(m_window->design().text().mistake().isEmpty());
        });
    step(
        "paste all of a long text",
        [&] {
            QString text = editor().toPlainText();
            text.replace(QStringLiteral("temperature"),
                         QStringLiteral("temperature_") + QLatin1Char(digit++));
            QApplication::clipboard()->setText(text);
            QTest::keyClick(&editor(), Qt::Key_A, Qt::ControlModifier);
        },
        [&] {
            const int before = edits();
            QTest::keyClick(&editor(), Qt::Key_V, Qt::ControlModifier);
            awaitEdit(before);
        });
}

void UiNoPauseText::undoing()
{
    const auto type = [&](const char* text) {
        return [&, text] {
            const int before = edits();
            select("> 2");
            QTest::keyClicks(&editor(), QLatin1String(text));
            awaitEdit(before);
        };
    };
    step("undo in a long text", type("> 21"), [&] {
        const std::string before = condition();
        QTest::keyClick(&editor(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(condition() != before);
    });
    step(
        "undo beside a long text",
        [&] {
            type("> 22")();
            m_window->view().setFocus();
        },
        [&] {
            const std::string before = condition();
            undo();
            QVERIFY(condition() != before);
            QTRY_VERIFY(!editor().document()->find(QString::fromStdString(condition())).isNull());
        });
}

void UiNoPauseText::editingBeside()
{
    step(
        "edit beside a long text",
        [&] {
            m_window->view().setFocus();
            m_window->view().fit();
            click("warm_60");
        },
        [&] { key(Qt::Key_E, Qt::ControlModifier); });
    step("rename a long document", {}, [&] { rename(); });
    step("undo of that", {}, [&] { undo(); });
}

void UiNoPauseText::leavingSoon()
{
    DocumentTabs& tabs = m_window->design().tabs();
    const int own = tabs.currentIndex();
    const PipelineDocument& document = *m_session->current()->document;
    const auto show = [&](int tab) {
        QTest::mouseClick(&tabs, Qt::LeftButton, {}, tabs.tabRect(tab).center() - QPoint(20, 0));
    };
    key(Qt::Key_N, Qt::ControlModifier);
    const int other = tabs.currentIndex();
    QVERIFY(other != own);
    step(
        "another tab right after typing",
        [&] {
            if (tabs.currentIndex() != own) show(own);
            QTRY_VERIFY(editor().document()->characterCount() > kTextBytes && !editor().isReadOnly());
            settle();
            typeOther();
        },
        [&] {
            show(other);
            QCOMPARE(tabs.currentIndex(), other);
            QTRY_VERIFY(says(document.spec()));
        });
}

void UiNoPauseText::savingSoon()
{
    const QString path = m_folder.filePath(QStringLiteral("wide.pipeline.json"));
    m_window->documents().saveAs(*m_session->current(), path, {});
    settle();
    step(
        "save right after typing", [&] { typeOther(); },
        [&] {
            key(Qt::Key_S, Qt::ControlModifier);
            QTRY_VERIFY(!m_session->current()->document->isModified() &&
                        WindowFixture::bytesOf(path).contains(m_typed.toUtf8()));
        });
}

void UiNoPauseText::runningSoon()
{
    QVERIFY(WindowFixture::write(m_folder.filePath(QStringLiteral("hall.ndjson")), {}));
    OpenDocument* open = m_session->current();
    open->document->setDirectory(m_folder.path());
    const auto stop = [&] {
        if (open->isActive()) key(Qt::Key_F5, Qt::ShiftModifier);
        QTRY_VERIFY(!open->isActive());
    };
    step(
        "run right after typing",
        [&] {
            stop();
            settle();
            typeOther();
        },
        [&] {
            key(Qt::Key_F5);
            QTRY_VERIFY2(open->accepted && says(*open->accepted),
                         open->failure ? open->failure->message.c_str() : "");
        });
    stop();
}

// Which only a reading of the whole text finds.
void UiNoPauseText::editingWithAMistake()
{
    PipelineSpec wrong = wideSources();
    wrong.edges.push_back(fake::link("warm_60", "none_such"));
    auto read = readText(QByteArray::fromStdString(writePipeline(wrong)));
    m_session->add(std::make_unique<PipelineDocument>(std::move(read)));
    PipelineDocument& document = *m_session->current()->document;
    QVERIFY(document.hasProblem() && !document.isReadOnly());
    settle();
    step("edit with a mistake in the text", {}, [&] { rename(); });
    QVERIFY(document.hasProblem());
    document.edit(QStringLiteral("Disconnect"), [](DocumentState& state) { state.spec.edges.pop_back(); });
    QVERIFY(!document.hasProblem());
    undo();
    QVERIFY(document.hasProblem());
}

STREAMWRIGHT_TEST_RUN((runTest<UiNoPauseText, MeasuringApplication>))

}  // namespace tst_ui_no_pause_text
#include "tst_ui_no_pause_text.moc"
