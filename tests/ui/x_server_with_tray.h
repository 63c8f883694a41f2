#pragma once

#include "x_server.h"

#include <xcb/xcb.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>

// A system tray: a window that owns the selection of one and takes in the icons that ask for it. Has a
// connection to the server and a thread of its own until it is destroyed.
class TrayHost {
public:
    TrayHost();
    ~TrayHost();
    int icons() const { return m_icons; }

private:
    static constexpr int kIconPixels = 24;
    void run();
    xcb_atom_t atom(const char* name);
    void tell(xcb_window_t where, xcb_atom_t what, std::uint32_t events, xcb_atom_t selection);
    void dock(xcb_window_t icon);
    xcb_connection_t* m_x = xcb_connect(nullptr, nullptr);
    xcb_screen_t* m_screen = xcb_setup_roots_iterator(xcb_get_setup(m_x)).data;
    xcb_window_t m_window = xcb_generate_id(m_x);
    xcb_atom_t m_opcode = atom("_NET_SYSTEM_TRAY_OPCODE"), m_end = atom("STREAMWRIGHT_TRAY_END");
    std::atomic<int> m_icons = 0;
    std::thread m_thread;
};

inline TrayHost::TrayHost()
{
    const std::uint32_t values[] = {1, XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY};
    xcb_create_window(m_x, XCB_COPY_FROM_PARENT, m_window, m_screen->root, 0, 0, 10 * kIconPixels,
                      kIconPixels, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT, m_screen->root_visual,
                      XCB_CW_OVERRIDE_REDIRECT | XCB_CW_EVENT_MASK, values);
    xcb_map_window(m_x, m_window);
    const xcb_atom_t selection = atom("_NET_SYSTEM_TRAY_S0");
    xcb_set_selection_owner(m_x, m_window, selection, XCB_CURRENT_TIME);
    tell(m_screen->root, atom("MANAGER"), XCB_EVENT_MASK_STRUCTURE_NOTIFY, selection);
    m_thread = std::thread([this] { run(); });
}

inline TrayHost::~TrayHost()
{
    tell(m_window, m_end, 0, 0);
    m_thread.join();
    xcb_disconnect(m_x);
}

inline xcb_atom_t TrayHost::atom(const char* name)
{
    const auto asked = xcb_intern_atom(m_x, 0, static_cast<std::uint16_t>(std::strlen(name)), name);
    xcb_intern_atom_reply_t* reply = xcb_intern_atom_reply(m_x, asked, nullptr);
    const xcb_atom_t found = reply ? reply->atom : xcb_atom_t{XCB_ATOM_NONE};
    std::free(reply);
    return found;
}

inline void TrayHost::tell(xcb_window_t where, xcb_atom_t what, std::uint32_t events, xcb_atom_t selection)
{
    xcb_client_message_event_t message{};
    message.response_type = XCB_CLIENT_MESSAGE;
    message.format = 32;
    message.window = where;
    message.type = what;
    message.data.data32[1] = selection;
    message.data.data32[2] = m_window;
    xcb_send_event(m_x, 0, where, events, reinterpret_cast<const char*>(&message));
    xcb_flush(m_x);
}

inline void TrayHost::dock(xcb_window_t icon)
{
    xcb_reparent_window(m_x, icon, m_window, static_cast<std::int16_t>(m_icons * kIconPixels), 0);
    const std::uint32_t size[] = {kIconPixels, kIconPixels};
    xcb_configure_window(m_x, icon, XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, size);
    xcb_map_window(m_x, icon);
    xcb_flush(m_x);
}

inline void TrayHost::run()
{
    constexpr std::uint32_t kRequestDock = 0;
    while (xcb_generic_event_t* event = xcb_wait_for_event(m_x)) {
        bool isEnd = false;
        const int kind = event->response_type & 0x7f;
        if (kind == XCB_CLIENT_MESSAGE) {
            const auto& message = *reinterpret_cast<const xcb_client_message_event_t*>(event);
            isEnd = message.type == m_end;
            if (message.type == m_opcode && message.data.data32[1] == kRequestDock)
                dock(message.data.data32[2]);
        } else if (kind == XCB_REPARENT_NOTIFY) {
            // Not as it asks: of one that goes before the server has moved it nothing more is told.
            ++m_icons;
        } else if (kind == XCB_DESTROY_NOTIFY) {
            --m_icons;
        }
        std::free(event);
        if (isEnd) return;
    }
}
