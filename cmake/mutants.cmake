# A build of the engine with its mutants in it (tests/engine_mutants/README.md): copies of its files with guards take
# the place of sim_sources, and their folder comes first where headers are looked for.
set(engine ${CMAKE_BINARY_DIR}/engine)
include_directories(BEFORE ${engine})
# The guards' header is included by force, so that lines of copies keep their numbers; what warnings there are would
# be of guards around what was well said.
add_compile_options(-w -include ${PROJECT_SOURCE_DIR}/tests/engine_mutants/switch.hpp)
file(GLOB engine_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  sim/certify/*.?pp sim/explore/*.?pp sim/property/*.?pp sim/words/*.?pp sim/world/*.?pp)
set(engine_originals ${engine_files})
set(engine_copies ${engine_files})
list(TRANSFORM engine_originals PREPEND ${PROJECT_SOURCE_DIR}/)
list(TRANSFORM engine_copies PREPEND ${engine}/)
if(NOT EXISTS ${CMAKE_BINARY_DIR}/left_out.txt)
  file(WRITE ${CMAKE_BINARY_DIR}/left_out.txt "")
endif()
set(INTERLEAK_MUTANTS_SHARE "" CACHE STRING "One of how many mutants is taken; empty: kShare in catalogue.hpp")
set(engine_share)
if(INTERLEAK_MUTANTS_SHARE)
  set(engine_share --share ${INTERLEAK_MUTANTS_SHARE})
endif()
add_custom_command(
  OUTPUT ${engine_copies} ${engine}/catalogue.txt
  COMMAND engine_mutants --root ${PROJECT_SOURCE_DIR} --build ${CMAKE_BINARY_DIR}
    ${engine_share} write
  DEPENDS engine_mutants ${engine_originals} ${CMAKE_BINARY_DIR}/left_out.txt
    ${PROJECT_SOURCE_DIR}/tests/engine_mutants/refused.txt
  COMMENT "Writing the engine with its mutants"
  VERBATIM)
add_custom_target(engine_with_mutants DEPENDS ${engine_copies} ${engine}/catalogue.txt)

list(REMOVE_ITEM sim_sources ${engine_originals})
set(engine_sources ${engine_copies})
list(FILTER engine_sources INCLUDE REGEX "\\.cpp$")
list(APPEND sim_sources ${engine_sources} ${PROJECT_SOURCE_DIR}/tests/engine_mutants/switch.cpp)
# Tests run long enough in what is optimized; the rest compiles faster without.
set(engine_options -O1)
# The unit tests that are about the engine, those of the kill suite. The others would only be compiled.
set(engine_unit_tests allowance analysis big_counts bounds certify explore failures fields lockstep matrix messages names numbers observed
  physics pieces pushes sampling schedule server_errors sessions stores sweep symmetry trace variables why world)
list(JOIN engine_unit_tests "|" engine_unit_tests)
