#pragma once

#include "ui/properties/param_form.h"
#include "ui/properties/property_editor.h"
#include "ui/session.h"

#include <map>

class QLabel;

namespace ui {

class RecordsField;

// The document's name, parameters and settings, as forms. Owned by the inspector, GUI thread.
class DocumentEditor : public PropertyEditor {
    Q_OBJECT
public:
    DocumentEditor(Session& session, QWidget* parent);
    bool isCurrent() const override;
    void refresh() override;
    void focusFirst() override { m_name->focusFirst(); }
    bool hasFields() const override { return true; }
    ParamForm& name() { return *m_name; }
    ParamForm& parameters() { return *m_parameters; }
    ParamForm& settings() { return *m_settings; }
    RecordsField& rows();
    QString notice() const;  // what is said of no single field

private:
    void setName(const engine::Json& value);
    void setParameters(const engine::Json& value, const std::string& path);
    void setSetting(const std::string& name, const engine::Json& value, const std::string& path);
    void showParameters();
    void showProblems();
    void showChanges();

    Session& m_session;
    PipelineDocument& m_document;
    FormContext m_context{};
    QLabel* m_notice;
    ParamForm *m_name, *m_parameters, *m_settings;
    // Of parameters whose new name cannot be taken, by the name they keep.
    std::map<std::string, std::string> m_typed, m_refused;
};

}  // namespace ui
