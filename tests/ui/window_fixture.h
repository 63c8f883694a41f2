#pragma once

#include "fake_transport.h"
#include "ui/main_window.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"

#include <QFile>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

// A window over the played engine with a folder of its own for what it keeps, and the clicks that tests of
// it share.
class WindowFixture {
public:
    explicit WindowFixture(const QString& storage = {})
    {
        auto transport = std::make_unique<fake::FakeTransport>();
        far = transport.get();
        session = std::make_unique<ui::Session>(
            std::make_unique<engine::EngineClient>(fake::catalog(), std::move(transport)));
        const ui::Storage place =
            storage.isEmpty() ? ui::Storage{} : ui::Storage{storage, storage + QStringLiteral("/window.ini")};
        window = std::make_unique<ui::MainWindow>(*session, place);
        window->show();
        window->activateWindow();
        isActive = QTest::qWaitForWindowActive(window.get());
    }

    ui::OpenDocument* add(engine::PipelineSpec spec)
    {
        session->add(std::make_unique<ui::PipelineDocument>(ui::stateFromSpec(std::move(spec))));
        return session->current();
    }

    // Clicks the button with that text; false when there is none to be seen.
    static bool click(const QWidget& where, const QString& text)
    {
        for (QPushButton* button : where.findChildren<QPushButton*>())
            if (button->text() == text && button->isVisible() && button->isEnabled()) {
                QTest::mouseClick(button, Qt::LeftButton);
                return true;
            }
        return false;
    }
    bool answer(const QString& text) { return click(window->overlay(), text); }
    bool answerNotice(const QString& text) { return click(window->notices(), text); }
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(window->windowHandle(), static_cast<Qt::Key>(key), modifiers);
    }

    static QByteArray bytesOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static bool write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
    }

    std::unique_ptr<ui::Session> session;
    fake::FakeTransport* far = nullptr;
    bool isActive = false;
    std::unique_ptr<ui::MainWindow> window;
};
