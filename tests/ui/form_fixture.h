#pragma once

#include "fake_transport.h"
#include "test_main.h"
#include "ui/properties/detect_card.h"
#include "ui/properties/formula_edit.h"
#include "ui/properties/formula_field.h"
#include "ui/properties/inspector_panel.h"
#include "ui/properties/list_fields.h"
#include "ui/properties/node_editor.h"
#include "ui/properties/plain_fields.h"
#include "ui/properties/records_field.h"
#include "ui/properties/sample_view.h"
#include "ui/theme.h"

#ifndef Q_MOC_RUN
#include "catalog/component.h"
#endif

#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace engine;
using namespace ui;

// A component of no program, with every type of parameter.
inline ComponentInfo everything()
{
    using enum ParamType;
    const ParamSchema inner{{"name", Text, "", {.title = "Name", .required = true}, {}},
                            {"kind", Choice, "plain", {.choices = {"plain", "deep"}}, {}},
                            {"parts",
                             Records,
                             Json::array(),
                             {.visibleWhen = "kind = deep"},
                             {{"size", Integer, 1, {.min = 0}, {}}, {"when", Formula, "", {}, {}}}}};
    ComponentInfo info =
        fake::makeInfo("everything", ComponentKind::Operator, "Everything", "Rows", "All types.");
    info.params = {
        {"flag", Flag, false, {}, {}},
        {"integer", Integer, 5, {.unit = "rows", .min = 0, .max = 100}, {}},
        {"number", Number, 0.5, {}, {}},
        {"text", Text, "rest", {.help = "Any text."}, {}},
        {"choice", Choice, "one", {.choices = {"one", "two", "three"}}, {}},
        {"interval", Interval, "0s", {.min = 0}, {}},
        {"size", Size, "1KiB", {.advanced = true}, {}},
        {"time", Time, Json(), {}, {}},
        {"column", Column, Json(), {.required = true, .columnsOf = "in"}, {}},
        {"columns", Columns, Json::array(), {.columnsOf = "in"}, {}},
        {"formula", Formula, "", {.columnsOf = "in"}, {}},
        {"path", Path, Json(), {}, {}},
        {"secret", Secret, Json(), {}, {}},
        {"list", Records, Json::array(), {}, inner},
        {"map", Map, Json::object(), {}, {}},
        {"record",
         Record,
         Json(),
         {},
         {{"of", Text, "", {}, {}}, {"parts", Records, Json::array(), {}, inner}}},
        {"only_two", Text, "", {.visibleWhen = "choice = two | three", .change = Change::ByRestart}, {}}};
    return info;
}

// As a program would have it in its catalogue: gives on the rows that it gets.
inline Component everythingComponent()
{
    const auto bind = [](const Json& params, const BindContext& context,
                         std::vector<Diagnostic>& out) -> std::optional<Binding> {
        checkParams(everything().params, params, out);
        context.endChecks();
        Binding binding;
        binding.outputs = {{"out", context.inputs.empty() ? nullptr : context.inputs.front()}};
        binding.make = Factory<Operator>([]() -> std::unique_ptr<Operator> { return {}; });
        return binding;
    };
    return {everything(), bind, {}};
}

// A type that is not here is refused by the compiler, and to be added to everything() then.
inline std::optional<ParamType> typeAfter(ParamType type)
{
    using enum ParamType;
    switch (type) {
    case Flag: return Integer;
    case Integer: return Number;
    case Number: return Text;
    case Text: return Choice;
    case Choice: return Interval;
    case Interval: return Size;
    case Size: return Time;
    case Time: return Column;
    case Column: return Columns;
    case Columns: return Formula;
    case Formula: return Path;
    case Path: return Secret;
    case Secret: return Records;
    case Records: return Map;
    case Map: return Record;
    case Record: break;
    }
    return {};
}

inline PipelineSpec around(const std::string& component, Json params = Json::object())
{
    PipelineSpec spec = fake::hotMachines();
    spec.nodes[2] = fake::makeNode("hot", component, "Node", std::move(params));
    return spec;
}

inline void typeInto(QWidget* input, const QString& text)
{
    QTest::keyClick(input, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClicks(input, text);
    if (auto* formula = qobject_cast<FormulaEdit*>(input)) formula->completer().popup()->hide();
    QTest::keyClick(input, Qt::Key_Return);
}

// Kept in the build directory to be looked at.
inline void picture(QWidget& widget, const char* name)
{
    QVERIFY(QDir().mkpath(QStringLiteral(BINARY_DIR "/pictures")));
    QVERIFY(widget.grab().save(QStringLiteral(BINARY_DIR "/pictures/%1.png").arg(QLatin1String(name))));
}

// An inspector over a played engine, with one node selected.
class FormFixture {
public:
    // `infos` empty: the played catalogue. The component "everything" is there in any case.
    void open(PipelineSpec spec, const std::string& node, std::vector<ComponentInfo> infos = {});
    void open(std::unique_ptr<EngineClient> client, PipelineSpec spec, const std::string& node);
    void close()
    {
        m_panel.reset();
        m_session.reset();
    }
    ParamForm& form() { return m_panel->editor()->form(); }
    FieldRow& row(const char* name) { return *form().row(name); }
    LineField& line(const char* name) { return dynamic_cast<LineField&>(row(name).editor()); }
    RecordsField& records(const char* name) { return dynamic_cast<RecordsField&>(row(name).editor()); }
    PipelineDocument& document() { return *m_session->current()->document; }
    const Json& params() { return document().spec().find(m_panel->editor()->node())->params; }
    Json value(const std::string& name);
    void analysed();  // anew
    void run();

    fake::FakeTransport* m_far = nullptr;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<InspectorPanel> m_panel;
};

inline void FormFixture::open(PipelineSpec spec, const std::string& node, std::vector<ComponentInfo> infos)
{
    auto transport = std::make_unique<fake::FakeTransport>();
    m_far = transport.get();
    if (infos.empty()) infos = fake::catalog();
    infos.push_back(everything());
    open(std::make_unique<EngineClient>(infos, std::move(transport)), std::move(spec), node);
}

inline void FormFixture::open(std::unique_ptr<EngineClient> client, PipelineSpec spec,
                              const std::string& node)
{
    m_session = std::make_unique<Session>(std::move(client));
    m_session->add(std::make_unique<PipelineDocument>(stateFromSpec(std::move(spec))));
    m_panel = std::make_unique<InspectorPanel>(*m_session);
    m_panel->resize(360, 900);
    m_panel->show();
    m_panel->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    QTRY_VERIFY(!m_session->current()->analysis.schemas.empty());
    m_panel->showNode(NodeId{node});
    QVERIFY(m_panel->editor());
}

inline void FormFixture::analysed()
{
    const std::uint64_t asked = m_session->current()->analysisAsked;
    QSignalSpy spy(m_session.get(), &Session::analysed);
    Q_EMIT document().changed({});
    QVERIFY(spy.wait(30'000));
    QVERIFY(m_session->current()->analysisAsked > asked);
}

inline void FormFixture::run()
{
    m_session->run();
    QTRY_VERIFY(m_session->current()->hasTelemetry && m_session->current()->accepted);
}

inline Json FormFixture::value(const std::string& name)
{
    const Json* found = findMember(params(), name);
    return found ? *found : Json();
}
