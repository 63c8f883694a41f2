#pragma once

#include "ui/hot_change.h"
#include "ui/properties/field_editor.h"

class QLabel;
class QToolButton;
class QVBoxLayout;

namespace ui {

class ParamForm;

// One row of a list of records: a line that says what is in it, buttons to move it and take it out, and its
// own form once it is opened.
class RecordRow : public QWidget {
    Q_OBJECT
public:
    RecordRow(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showRecord(int number, int count, const engine::Json& record);
    void setProblems(const std::vector<engine::Diagnostic>& problems);
    void refreshContext();
    void setChange(FieldChange change);
    QString badge() const;  // as it is shown
    void setOpen(bool isOpen);
    bool isOpen() const;
    int closedHeight() const;
    void focusFirst();
    ParamForm* form() { return m_form; }  // null while it was never open

Q_SIGNALS:
    void edited(const std::string& name, const engine::Json& value, const std::string& path);
    void moveWanted(int by);
    void removeWanted();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    const engine::ParamField& m_field;
    const FormContext& m_context;
    engine::Json m_record;
    std::vector<engine::Diagnostic> m_problems;
    QToolButton *m_title, *m_up, *m_down, *m_remove;
    QLabel* m_badge;
    QVBoxLayout* m_column;
    ParamForm* m_form = nullptr;
};

// A record on one line: "avg  temperature  avg_t".
QString recordSummary(const engine::ParamSchema& schema, const engine::Json& record);

}  // namespace ui
