# interleak_discover_scenarios: one CTest test for each scenario file and design that something is expected of.
#
#   find_package(interleak)
#   interleak_discover_scenarios(
#     DIR scenarios...        # scenario files, or directories of them; default: scenarios
#     [LIBRARY designs...]    # design files or directories, as with `interleak check -L`
#     [BUDGET quick|ci|deep]  # default: ci
#     [PREFIX name.]          # before the names of the tests; default: interleak.
#     [LABELS label...]
#     [TIMEOUT seconds]       # of each test; default: 300
#     [REPORT_DIR folder]     # each test leaves its JUnit file there
#     [COMMAND program])      # default: the installed interleak
#
# Paths are relative to the source folder. The list is made anew whenever CTest starts, so a new scenario
# needs no new configuration. A failing test prints what was expected, what came out, and the shortest
# counterexample. Where BUDGET is quick, a test that the budget ended counts as skipped; else it fails.
# What the scenario itself skips counts as skipped.
include_guard(GLOBAL)
set(_interleak_add_tests ${CMAKE_CURRENT_LIST_DIR}/InterleakAddTests.cmake)

function(interleak_discover_scenarios)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "BUDGET;PREFIX;TIMEOUT;REPORT_DIR;COMMAND" "DIR;LIBRARY;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "interleak_discover_scenarios: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  foreach(default IN ITEMS DIR=scenarios BUDGET=ci PREFIX=interleak. TIMEOUT=300 COMMAND=interleak)
    string(REPLACE "=" ";" default "${default}")
    list(GET default 0 name)
    list(GET default 1 value)
    if(NOT DEFINED arg_${name})
      set(arg_${name} ${value})
    endif()
  endforeach()
  if(NOT arg_BUDGET MATCHES "^(quick|ci|deep)$")
    message(FATAL_ERROR "interleak_discover_scenarios: BUDGET is quick, ci or deep, not ${arg_BUDGET}")
  endif()
  if(arg_COMMAND STREQUAL "interleak" AND TARGET interleak::interleak)
    set(arg_COMMAND $<TARGET_FILE:interleak::interleak>)
  endif()
  if(arg_REPORT_DIR)
    get_filename_component(arg_REPORT_DIR "${arg_REPORT_DIR}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
  endif()
  # Several calls in one folder have a file each.
  get_property(number DIRECTORY PROPERTY _interleak_calls)
  if(NOT number)
    set(number 0)
  endif()
  math(EXPR number "${number} + 1")
  set_property(DIRECTORY PROPERTY _interleak_calls ${number})
  set(script ${CMAKE_CURRENT_BINARY_DIR}/interleak_tests_${number}.cmake)
  set(text "# Written by interleak_discover_scenarios; CTest reads it.\n")
  foreach(name IN ITEMS COMMAND DIR LIBRARY BUDGET PREFIX LABELS TIMEOUT REPORT_DIR)
    string(APPEND text "set(INTERLEAK_${name} [==[${arg_${name}}]==])\n")
  endforeach()
  string(APPEND text "set(INTERLEAK_SOURCE [==[${CMAKE_CURRENT_SOURCE_DIR}]==])\n"
    "set(INTERLEAK_LIST [==[${script}.list]==])\ninclude([==[${_interleak_add_tests}]==])\n")
  file(GENERATE OUTPUT ${script} CONTENT "${text}")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${script})
endfunction()
