#pragma once

#include <xcb/xcb.h>
#include <xcb/xtest.h>

#include <QObject>
#include <QPoint>
#include <QTimer>

#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>

// Moves the pointer of the X server itself and presses its buttons and keys, as a mouse and a keyboard would.
// What it is told it does one by one, each as soon as its condition holds, also while a drag has a loop of
// its own. Lives on the GUI thread; touches no widget.
class RealHand : public QObject {
public:
    using Condition = std::function<bool()>;
    RealHand();
    ~RealHand() override { xcb_disconnect(m_x); }
    void moveTo(const QPoint& to, Condition when = {});
    void waver(const QPoint& around, Condition until);
    void press(Condition when = {}) { send(XCB_BUTTON_PRESS, XCB_BUTTON_INDEX_1, std::move(when)); }
    void release(Condition when = {}) { send(XCB_BUTTON_RELEASE, XCB_BUTTON_INDEX_1, std::move(when)); }
    void escape(Condition when);
    void look(Condition when)
    {
        m_steps.push_back({std::move(when), [] {}});
    }
    bool isDone() const { return m_steps.empty(); }
    int gaveUpAt() const { return m_gaveUpAt; }  // the step whose condition never came; -1: none

private:
    struct Step {
        Condition when;
        std::function<void()> act;
    };
    static constexpr std::chrono::seconds kPatience{30};
    void send(std::uint8_t kind, std::uint8_t detail, Condition when);
    void fake(std::uint8_t kind, std::uint8_t detail, const QPoint& at = {});
    std::uint8_t keyOf(xcb_keysym_t symbol);
    void go();
    xcb_connection_t* m_x = xcb_connect(nullptr, nullptr);
    xcb_window_t m_root = xcb_setup_roots_iterator(xcb_get_setup(m_x)).data->root;
    std::deque<Step> m_steps;
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_since = std::chrono::steady_clock::now();
    int m_done = 0, m_gaveUpAt = -1;
};

inline RealHand::RealHand()
{
    connect(&m_timer, &QTimer::timeout, this, &RealHand::go);
    m_timer.start(1);
}

inline void RealHand::moveTo(const QPoint& to, Condition when)
{
    m_steps.push_back({std::move(when), [this, to] { fake(XCB_MOTION_NOTIFY, 0, to); }});
}

// To and fro by some pixels; many a drag begins with the second move alone.
inline void RealHand::waver(const QPoint& around, Condition until)
{
    constexpr int kWidthPixels = 30, kStepPixels = 3;
    look([this, around, until = std::move(until), way = 0]() mutable {
        if (until()) return true;
        way = (way + kStepPixels) % (2 * kWidthPixels);
        fake(XCB_MOTION_NOTIFY, 0, around + QPoint(kWidthPixels - std::abs(kWidthPixels - way), 0));
        return false;
    });
}

inline void RealHand::send(std::uint8_t kind, std::uint8_t detail, Condition when)
{
    m_steps.push_back({std::move(when), [this, kind, detail] { fake(kind, detail); }});
}

inline void RealHand::escape(Condition when)
{
    constexpr xcb_keysym_t kEscape = 0xff1b;
    send(XCB_KEY_PRESS, keyOf(kEscape), std::move(when));
    send(XCB_KEY_RELEASE, keyOf(kEscape), {});
}

inline void RealHand::fake(std::uint8_t kind, std::uint8_t detail, const QPoint& at)
{
    xcb_test_fake_input(m_x, kind, detail, XCB_CURRENT_TIME, m_root, static_cast<std::int16_t>(at.x()),
                        static_cast<std::int16_t>(at.y()), 0);
    xcb_flush(m_x);
}

inline std::uint8_t RealHand::keyOf(xcb_keysym_t symbol)
{
    const xcb_setup_t* setup = xcb_get_setup(m_x);
    const int first = setup->min_keycode, count = setup->max_keycode - first + 1;
    const auto asked = xcb_get_keyboard_mapping(m_x, setup->min_keycode, static_cast<std::uint8_t>(count));
    xcb_get_keyboard_mapping_reply_t* reply = xcb_get_keyboard_mapping_reply(m_x, asked, nullptr);
    std::uint8_t found = 0;
    for (int i = 0; reply && i < count * reply->keysyms_per_keycode && found == 0; ++i)
        if (xcb_get_keyboard_mapping_keysyms(reply)[i] == symbol)
            found = static_cast<std::uint8_t>(first + i / reply->keysyms_per_keycode);
    std::free(reply);
    return found;
}

// A step whose condition does not come ends the drag, so that the test can go on and say so.
inline void RealHand::go()
{
    if (m_steps.empty()) {
        m_since = std::chrono::steady_clock::now();
        return;
    }
    const bool isReady = !m_steps.front().when || m_steps.front().when();
    if (!isReady && std::chrono::steady_clock::now() - m_since < kPatience) return;
    m_since = std::chrono::steady_clock::now();
    if (isReady) {
        const auto act = std::move(m_steps.front().act);
        m_steps.pop_front();
        ++m_done;
        return act();
    }
    m_gaveUpAt = m_done;
    m_steps.clear();
    fake(XCB_BUTTON_RELEASE, XCB_BUTTON_INDEX_1);
}
