#include "ui/documents/file_worker.h"

namespace ui {

FileWorker::FileWorker() { m_pool.setMaxThreadCount(1); }

FileWorker::~FileWorker() { finish(); }

void FileWorker::run(std::function<void()> work) { m_pool.start(std::move(work)); }

void FileWorker::finish() { m_pool.waitForDone(); }

}  // namespace ui
