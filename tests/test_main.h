#pragma once

#include <QtTest>

// Everything takes many times as long there.
#ifdef __SANITIZE_THREAD__
constexpr bool kIsThreadSanitized = true;
#else
constexpr bool kIsThreadSanitized = false;
#endif

// What is waited for may need the disk or another process of a busy machine.
#undef QTRY_VERIFY
#define QTRY_VERIFY(expr) QTRY_VERIFY_WITH_TIMEOUT(expr, 30'000)
#undef QTRY_VERIFY2
#define QTRY_VERIFY2(expr, text) QTRY_VERIFY2_WITH_TIMEOUT(expr, text, 30'000)
#undef QTRY_COMPARE
#define QTRY_COMPARE(expr, expected) QTRY_COMPARE_WITH_TIMEOUT(expr, expected, 30'000)

// One program holds the tests of many files, each run under the name of its file: as the name the program is
// called by (build/<preset>/tests/tst_channel is a link to it) or as its first argument. Each file is a
// namespace of its own, since several are compiled together.
class RegisteredTest {
public:
    using Run = int (*)(int argc, char** argv);
    RegisteredTest(const char* file, Run run);
};

template <class Test, class Application>
int runTest(int argc, char** argv)
{
    Application application(argc, argv);
    Test test;
    return QTest::qExec(&test, argc, argv);
}

#define STREAMWRIGHT_TEST_RUN(run) static const RegisteredTest kRegisteredTest(__FILE_NAME__, run);
#define STREAMWRIGHT_TEST(Test) STREAMWRIGHT_TEST_RUN((runTest<Test, QCoreApplication>))
#define STREAMWRIGHT_WINDOW_TEST(Test) STREAMWRIGHT_TEST_RUN((runTest<Test, QApplication>))
