#pragma once

#include "ui/properties/record_row.h"

class QPushButton;
class QVBoxLayout;

namespace ui {

// A list of rows with parameters of their own, such as columns or aggregates. There may be thousands: widgets
// are made for those in sight and near it, and for the others room is left. GUI thread.
class RecordsField : public FieldEditor {
    Q_OBJECT
public:
    RecordsField(const engine::ParamField& field, const FormContext& context, QWidget* parent);
    void showValue(const engine::Json* value) override;
    void setProblems(const std::vector<engine::Diagnostic>& problems) override;
    void setChanges(std::vector<FieldChange> changes);  // of each row
    void refreshContext() override;
    bool isWide() const override { return true; }
    int count() const { return static_cast<int>(m_rows.size()); }
    int madeCount() const;
    RecordRow& row(int index);  // made if it was not
    QPushButton& adder() { return *m_add; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void add();
    void move(RecordRow* row, int by);
    void remove(RecordRow* row);
    void edit(RecordRow* row, const std::string& name, const engine::Json& value, const std::string& path);
    std::size_t indexOf(const RecordRow* row) const;
    void make(std::size_t index);
    void discard(RecordRow* row);
    void showProblems(std::size_t index);
    int gapHeight() const;
    std::pair<std::size_t, std::size_t> rowsWithin(const QRect& place) const;
    bool isNeeded(std::size_t index) const;
    void makeAround(std::size_t index);
    void makeWhatIsSeen();
    void lay();
    void showRows();
    void give(const std::string& path);

    engine::Json m_list = engine::Json::array();
    std::vector<RecordRow*> m_rows;  // null: not made
    std::vector<engine::Diagnostic> m_problems;
    std::vector<FieldChange> m_changes;
    QVBoxLayout* m_column;
    QPushButton* m_add;
    QTimer m_seen;
};

}  // namespace ui
