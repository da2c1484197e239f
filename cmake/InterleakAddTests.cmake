# Read by CTest through what interleak_discover_scenarios() wrote: asks the command for the cases and adds a
# test for each. A list that cannot be made is a test that fails and says why.
set(_libraries "")
foreach(_path IN LISTS INTERLEAK_LIBRARY)
  list(APPEND _libraries -L "${_path}")
endforeach()

function(interleak_case name file design)
  set(test "${INTERLEAK_PREFIX}${name}")
  set(report "")
  if(INTERLEAK_REPORT_DIR)
    string(REGEX REPLACE "[^A-Za-z0-9_.-]" "-" leaf "${name}")
    file(MAKE_DIRECTORY "${INTERLEAK_REPORT_DIR}")
    set(report --junit "${INTERLEAK_REPORT_DIR}/${leaf}.xml")
  endif()
  add_test("${test}" "${INTERLEAK_COMMAND}" check "${file}" -d "${design}" ${_libraries}
    --budget "${INTERLEAK_BUDGET}" --counterexamples --no-progress ${report})
  set_tests_properties("${test}" PROPERTIES
    WORKING_DIRECTORY "${INTERLEAK_SOURCE}" TIMEOUT "${INTERLEAK_TIMEOUT}"
    SKIP_REGULAR_EXPRESSION "interleak: 0 passed, 0 failed, [1-9]")
  if(INTERLEAK_LABELS)
    set_tests_properties("${test}" PROPERTIES LABELS "${INTERLEAK_LABELS}")
  endif()
  if(INTERLEAK_BUDGET STREQUAL "quick")
    set_tests_properties("${test}" PROPERTIES SKIP_RETURN_CODE 4)
  endif()
endfunction()

execute_process(
  COMMAND "${INTERLEAK_COMMAND}" check ${INTERLEAK_DIR} ${_libraries} --list --format ctest
    -o "${INTERLEAK_LIST}"
  WORKING_DIRECTORY "${INTERLEAK_SOURCE}" RESULT_VARIABLE _result OUTPUT_QUIET
  ERROR_VARIABLE _told ERROR_STRIP_TRAILING_WHITESPACE)
if(_result EQUAL 0)
  include("${INTERLEAK_LIST}")
  if(_told)   # a name in DIR that is another one now
    message(NOTICE "${_told}")
  endif()
else()
  # Run as a test, the same command tells what is wrong.
  add_test("${INTERLEAK_PREFIX}discover" "${INTERLEAK_COMMAND}" check ${INTERLEAK_DIR} ${_libraries} --list)
  set_tests_properties("${INTERLEAK_PREFIX}discover" PROPERTIES WORKING_DIRECTORY "${INTERLEAK_SOURCE}")
endif()
