#pragma once

#include "ui/properties/field_row.h"

#include <functional>
#include <vector>

class QToolButton;

namespace ui {

// A form made of nothing but parameter declarations. It shows values, says what the user changed, and hides
// what does not count. Owned by the node's editor or by a row of a list, GUI thread.
class ParamForm : public QWidget {
    Q_OBJECT
public:
    ParamForm(const engine::ParamSchema& schema, const FormContext& context, QWidget* parent);

    void setParams(const engine::Json& params) { setParams(std::vector<engine::Json>(1, params), {}); }
    // Of several nodes at once; where they differ the field says so.
    void setParams(std::vector<engine::Json> each, const QStringList& names);
    // Their `param` is a path below this form; what belongs to no field is left to the caller.
    void setProblems(const std::vector<engine::Diagnostic>& problems);
    void setChanges(const std::function<FieldChange(const engine::ParamField&)>& changeOf);
    void refreshContext();
    void focusFirst();
    FieldRow* row(const std::string& name) const;  // null: no such field
    const std::vector<FieldRow*>& rows() const { return m_rows; }
    QToolButton* advancedButton() const { return m_advanced; }  // null when nothing is advanced

Q_SIGNALS:
    // A new value of one field, null for its default. `path` is the place below the field ("" or
    // "[1].function"), "!" for a step on its own.
    void edited(const std::string& name, const engine::Json& value, const std::string& path);

private:
    void updateVisibility();
    bool isShown(const FieldRow& row) const;
    bool counts(const engine::ParamField& field) const;  // for any of the nodes
    const engine::ParamSchema& m_schema;
    std::vector<FieldRow*> m_rows;
    std::vector<engine::Json> m_params{engine::Json::object()};
    QToolButton* m_advanced = nullptr;
};

// The field's name that a path begins with: "aggregates" of "aggregates[1].function".
std::string fieldOfPath(const std::string& path);

}  // namespace ui
