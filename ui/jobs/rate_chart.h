#pragma once

#include "ui/jobs/job_book.h"

#include <QWidget>

namespace ui {

// Rows in and out of one job over the last minutes, two lines and their scale. Owned by the job view, GUI
// thread; keeps no data and forgets the job with show(null).
class RateChart : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    void show(const JobRecord* record);
    QSize minimumSizeHint() const override { return {240, 120}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::deque<JobRecord::Rate> m_rates;
    bool m_isOver = false;
};

}  // namespace ui
