#pragma once

#include "spec/messages.h"
#include "ui/time_zone.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <optional>
#include <vector>

namespace ui {

// The first rows of a port as texts, some columns before others, each row perhaps with a word on what became
// of it. Owned by the sample view, GUI thread; keeps no batches.
class SampleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr std::size_t kRows = 20;
    using QAbstractTableModel::QAbstractTableModel;

    // `fresh`: columns that these rows have and the others lack; they come first. `marks`: for each row,
    // empty for one that goes no further.
    void setRows(const std::vector<engine::PortRows>& ports, const engine::Schema* others,
                 const std::optional<QStringList>& marks, const TimeZone& zone = {});

    bool hasMarks() const { return m_marks.has_value(); }  // in the first column

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Cell {
        QString text{};
        bool isNull = false;
    };
    struct Head {
        engine::Field field{};
        bool isFresh = false;
        int decimals = 0;  // the most of its cells
    };
    std::vector<Head> m_heads;
    std::vector<std::vector<Cell>> m_rows;
    std::optional<QStringList> m_marks;
};

// Where each row of the inputs went, when every output is a choice of the input's rows in their order: the
// output's name, "✓" when there is but one, empty for nowhere. Nothing when the node does something else.
std::optional<QStringList> passMarks(const engine::PreviewReply& reply);

}  // namespace ui
