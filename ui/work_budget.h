#pragma once

#include <cstddef>

namespace ui {

// How many pieces of a work fit into a time, by how long those before took. A plain value, GUI thread; what
// does not fit is for its owner to leave out and to say so.
class WorkBudget {
public:
    explicit WorkBudget(double ms) : m_ms(ms) { }
    std::size_t pieces() const { return static_cast<std::size_t>(m_ms / m_msEach) + 1; }
    void took(std::size_t pieces, double ms)
    {
        if (pieces > 0) m_msEach += (ms / static_cast<double>(pieces) - m_msEach) / 4;
        if (m_msEach < kLeastMs) m_msEach = kLeastMs;
    }

private:
    static constexpr double kLeastMs = 1e-6;
    double m_ms, m_msEach = 1e-3;
};

}  // namespace ui
