#pragma once

#include "ui/document/edits.h"
#include "ui/properties/param_form.h"
#include "ui/properties/property_editor.h"
#include "ui/session.h"

#include <QAction>
#include <QList>

class QLabel;

namespace ui {

// Several nodes at once: the parameters that they have in common when they are of one component, else what
// they are; and what can be done with them. Owned by the inspector, GUI thread; knows no component by name.
class NodesEditor : public PropertyEditor {
    Q_OBJECT
public:
    NodesEditor(Session& session, edits::Nodes nodes, const QList<QAction*>& actions, QWidget* parent);
    bool isCurrent() const override;
    void refresh() override;
    void focusFirst() override;
    bool hasFields() const override { return m_form != nullptr; }
    ParamForm* form() { return m_form; }  // null: they are of different components
    const engine::ComponentInfo* info() const { return m_info; }
    QString summary() const;  // as it is shown

private:
    std::vector<const engine::NodeSpec*> specs() const;  // in the document's order
    std::vector<std::string> components() const;
    void refreshContext();
    void setParam(const std::string& name, const engine::Json& value, const std::string& path);
    QString nameOf(const std::string& component) const;
    void showSummary();
    void showProblems();

    Session& m_session;
    PipelineDocument& m_document;
    edits::Nodes m_nodes;
    std::vector<std::string> m_components;
    const engine::ComponentInfo* m_info = nullptr;  // of all of them
    FormContext m_context;
    QLabel* m_summary;
    ParamForm* m_form = nullptr;
};

}  // namespace ui
