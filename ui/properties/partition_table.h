#pragma once

#include "spec/messages.h"
#include "ui/time_zone.h"

#include <QWidget>

class QTableWidget;

namespace ui {

// How far a source is in each partition: position, end offset, lag in records, watermark. Hidden where a
// source counts no lag. Knows no component by name. Owned by the inspector, GUI thread.
class PartitionTable : public QWidget {
    Q_OBJECT
public:
    explicit PartitionTable(QWidget* parent);
    void fill(const engine::JobTelemetry& telemetry, const engine::NodeId& node, const TimeZone& zone);

private:
    void setText(int row, int column, const QString& text);
    void fit(bool isNew);
    QTableWidget* m_table;
};

}  // namespace ui
