#pragma once

#include "ui/hot_change.h"
#include "ui/properties/field_editor.h"

#include <QStringList>

class QHBoxLayout;
class QLabel;
class QToolButton;
class QVBoxLayout;

namespace ui {

// One parameter in a form: its title, its input, a way back to the default, and what is to be said of it.
// Owned by its form, GUI thread.
class FieldRow : public QWidget {
    Q_OBJECT
public:
    FieldRow(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    const engine::ParamField& field() const { return m_editor->field(); }
    FieldEditor& editor() { return *m_editor; }
    // Of one node, or of several that are edited together. `names` are those of the nodes, for saying whose
    // value is whose.
    void showParams(const std::vector<engine::Json>& each, const QStringList& names);
    void setProblems(const std::vector<engine::Diagnostic>& problems);
    void setChange(FieldChange change);
    void setFooter(QWidget* footer);  // stands below the input
    bool isChanged() const { return m_isChanged; }
    bool isMixed() const { return m_isMixed; }
    bool hasProblem() const { return m_hasProblem; }
    QString problem() const;  // as it is shown
    QString badge() const;    // likewise
    QToolButton& reset() { return *m_reset; }
    QString helpText() const;  // help, bounds and default, for whoever stands in the field

Q_SIGNALS:
    void edited(const engine::Json& value, const std::string& path);  // null: not given

private:
    void place();
    void paintTitle();
    void showOwnProblem();
    void showMixed(const std::vector<engine::Json>& each, const QStringList& names);
    const engine::Json& valueIn(const engine::Json& params) const;
    QLabel *m_title, *m_badge, *m_problem, *m_mixed;
    QToolButton *m_reset, *m_fix, *m_same;
    FieldEditor* m_editor;
    QVBoxLayout* m_column;
    engine::Json m_fixValue, m_sameValue;
    bool m_isChanged = false, m_hasProblem = false, m_hasOwnProblem = false, m_isFixable = false,
         m_isMixed = false;
};

}  // namespace ui
