#include "ui/properties/document_editor.h"

#include "spec/settings_schema.h"
#include "ui/document/parameter_edits.h"
#include "ui/properties/records_field.h"
#include "ui/properties/text_tone.h"

#include <QLabel>
#include <QThread>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

namespace {

const engine::ParamSchema& nameSchema()
{
    static const engine::ParamSchema schema{
        {"name",
         engine::ParamType::Text,
         "",
         {.title = DocumentEditor::tr("Name").toStdString(),
          .help = DocumentEditor::tr("What the pipeline is called in tabs, lists and logs.").toStdString()},
         {}}};
    return schema;
}

// That of the engine, with what is automatic on this computer.
const engine::ParamSchema& settingsSchema()
{
    static const engine::ParamSchema schema = [] {
        engine::ParamSchema made = engine::settingsSchema();
        for (engine::ParamField& field : made)
            if (field.name == "threads")
                field.hints.zero =
                    DocumentEditor::tr("automatic: %1").arg(QThread::idealThreadCount()).toStdString();
            else if (!field.hints.zero.empty())
                field.hints.zero = DocumentEditor::tr("automatic: %1")
                                       .arg(QString::fromStdString(field.hints.zero))
                                       .toStdString();
        return made;
    }();
    return schema;
}

int mergeKeyOf(const std::string& field, const std::string& path)
{
    return path == "!" ? -1 : static_cast<int>(qHash(QString::fromStdString(field + path)) & 0x7fffffff);
}

// "initial: The duration ..." of a restart policy is about the field beside it.
std::string settingFieldOf(const engine::Diagnostic& problem)
{
    const std::string name = problem.path.substr(std::string("settings.").size());
    const std::string member = name + "_" + problem.message.substr(0, problem.message.find(':'));
    return engine::findField(engine::settingsSchema(), member) ? member : name;
}

QString stepText(const engine::Json& rows, std::size_t before, const std::string& path)
{
    if (rows.size() > before) return DocumentEditor::tr("Add a parameter");
    if (rows.size() < before) return DocumentEditor::tr("Remove a parameter");
    if (path.ends_with(".name")) return DocumentEditor::tr("Rename a parameter");
    return DocumentEditor::tr("Change a parameter");
}

}  // namespace

DocumentEditor::DocumentEditor(Session& session, QWidget* parent)
    : PropertyEditor(parent),
      m_session(session),
      m_document(*session.current()->document),
      m_notice(new QLabel(this)),
      m_name(new ParamForm(nameSchema(), m_context, this)),
      m_parameters(new ParamForm(parametersSchema(), m_context, this)),
      m_settings(new ParamForm(settingsSchema(), m_context, this))
{
    follow(m_context, m_document);
    m_notice->setTextFormat(Qt::PlainText);
    m_notice->setWordWrap(true);
    m_notice->setFont(theme().font(TypeSize::Small));
    auto* heading = new QLabel(tr("Settings").toUpper(), this);
    heading->setObjectName(QStringLiteral("heading"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(12);
    column->addWidget(m_notice);
    column->addWidget(m_name);
    column->addWidget(m_parameters);
    column->addSpacing(8);
    column->addWidget(heading);
    column->addWidget(m_settings);
    connect(m_name, &ParamForm::edited, this,
            [this](const std::string&, const engine::Json& value) { setName(value); });
    connect(m_parameters, &ParamForm::edited, this,
            [this](const std::string&, const engine::Json& value, const std::string& path) {
                setParameters(value, path);
            });
    connect(m_settings, &ParamForm::edited, this, &DocumentEditor::setSetting);
    for (ParamForm* form : {m_name, m_parameters, m_settings}) form->setEnabled(!m_document.isReadOnly());
    refresh();
}

bool DocumentEditor::isCurrent() const
{
    const OpenDocument* open = m_session.current();
    return open && open->document.get() == &m_document;
}

RecordsField& DocumentEditor::rows()
{
    return static_cast<RecordsField&>(m_parameters->row("parameters")->editor());
}

QString DocumentEditor::notice() const { return m_notice->isHidden() ? QString() : m_notice->text(); }

void DocumentEditor::setName(const engine::Json& value)
{
    m_document.edit(
        tr("Change the name"),
        [&](DocumentState& state) { state.spec.name = value.is_string() ? value.get<std::string>() : ""; },
        mergeKeyOf("name", {}));
}

void DocumentEditor::setSetting(const std::string& name, const engine::Json& value, const std::string& path)
{
    const QString title = fieldTitle(*engine::findField(engine::settingsSchema(), name));
    m_document.edit(
        tr("Change %1").arg(title),
        [&](DocumentState& state) { engine::setSetting(state.spec.settings, name, value); },
        mergeKeyOf("settings/" + name, path));
}

void DocumentEditor::setParameters(const engine::Json& value, const std::string& path)
{
    engine::Json rows = value.is_array() ? value : engine::Json::array();
    // A text that was emptied by hand is an empty text; one that was reset is none.
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (path == "[" + std::to_string(i) + "].default_string") rows[i].emplace("default_string", "");
    m_document.edit(
        stepText(rows, m_document.spec().parameters.size(), path),
        [&](DocumentState& state) {
            m_refused = edits::setParameters(state, rows, [this](std::string_view component) {
                return m_session.client().schemaOf(component);
            });
        },
        mergeKeyOf("parameters", path));
    m_typed.clear();
    for (const engine::Json& row : rows)
        if (const std::string known = parameterOfRow(row); m_refused.contains(known)) {
            const engine::Json* name = engine::findMember(row, "name");
            m_typed[known] = name ? name->get<std::string>() : std::string();
        }
    refresh();
}

void DocumentEditor::refresh()
{
    if (!isCurrent()) return;
    engine::Json name = engine::Json::object();
    if (!m_document.spec().name.empty()) name["name"] = m_document.spec().name;
    m_name->setParams(name);
    m_name->row("name")->reset().hide();
    m_settings->setParams(engine::settingsToForm(m_document.spec().settings));
    showParameters();
    showProblems();
    showChanges();
}

// A name that cannot be taken stays where it was typed, with the reason below it.
void DocumentEditor::showParameters()
{
    engine::Json form = engine::Json::object();
    engine::Json& list = form["parameters"] = parametersToForm(m_document.spec());
    for (engine::Json& row : list)
        if (const auto typed = m_typed.find(parameterOfRow(row)); typed != m_typed.end())
            row["name"] = typed->second;
    m_parameters->setParams(form);
    // All parameters at once are no default to go back to.
    m_parameters->row("parameters")->reset().hide();
}

void DocumentEditor::showProblems()
{
    std::vector<engine::Diagnostic> ofSettings, ofParameters;
    QStringList others;
    for (engine::Diagnostic problem : m_session.current()->problems()) {
        const bool isSetting = problem.path.rfind("settings.", 0) == 0;
        const bool isParameter = problem.path.rfind("parameters.", 0) == 0;
        if (!problem.node.value.empty() || (!isSetting && !isParameter)) continue;
        problem.param =
            isSetting ? settingFieldOf(problem) : parameterFieldOf(m_document.spec(), problem.path);
        const bool isShown =
            isSetting ? m_settings->row(fieldOfPath(problem.param)) != nullptr : !problem.param.empty();
        if (!isShown)
            others += QString::fromStdString(problem.message);
        else
            (isSetting ? ofSettings : ofParameters).push_back(std::move(problem));
    }
    for (std::size_t i = 0; i < m_document.spec().parameters.size(); ++i)
        if (const auto why = m_refused.find(m_document.spec().parameters[i].name); why != m_refused.end())
            ofParameters.push_back({engine::Diagnostic::Problem,
                                    {},
                                    "parameters[" + std::to_string(i) + "].name",
                                    {},
                                    why->second,
                                    {}});
    m_settings->setProblems(ofSettings);
    m_parameters->setProblems(ofParameters);
    setTextTone(m_notice, Tone::Warning);
    m_notice->setText(others.join(QLatin1Char('\n')));
    m_notice->setVisible(!others.isEmpty());
}

void DocumentEditor::showChanges()
{
    const ChangeState state = m_session.current()->changeState();
    const engine::Json now = engine::settingsToForm(m_document.spec().settings);
    const engine::Json running =
        state.accepted ? engine::settingsToForm(state.accepted->settings) : engine::Json();
    const auto valueIn = [](const engine::Json& form, const engine::ParamField& field) {
        const engine::Json* value = engine::findMember(form, field.name);
        return value ? *value : field.fallback;
    };
    m_settings->setChanges([&](const engine::ParamField& field) {
        return state.accepted && valueIn(now, field) != valueIn(running, field) ? FieldChange::ByRestart
                                                                                : FieldChange::None;
    });
    std::vector<FieldChange> changes;
    for (const auto& parameter : m_document.spec().parameters)
        changes.push_back(parameterChange(parameter.name, m_session.client(), state));
    rows().setChanges(std::move(changes));
}

}  // namespace ui
