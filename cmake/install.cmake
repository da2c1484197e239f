# What `cmake --install` puts where. The man page and the completions are written by the command
# itself, so they cannot miss a flag. Everything is relative to the prefix, which may move afterwards.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(share ${CMAKE_CURRENT_BINARY_DIR}/share)
add_custom_command(
  OUTPUT ${share}/interleak.1 ${share}/interleak.bash ${share}/_interleak ${share}/interleak.fish
  COMMAND ${CMAKE_COMMAND} -E make_directory ${share}
  COMMAND interleak __man -o ${share}/interleak.1
  COMMAND interleak completion bash -o ${share}/interleak.bash
  COMMAND interleak completion zsh -o ${share}/_interleak
  COMMAND interleak completion fish -o ${share}/interleak.fish
  DEPENDS interleak COMMENT "Writing the man page and the completions" VERBATIM)
add_custom_target(interleak_share ALL DEPENDS ${share}/interleak.1)

set(data ${CMAKE_INSTALL_DATADIR})
install(TARGETS interleak EXPORT interleak RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS interleak-asio-client RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(PROGRAMS live/drivers/minimal.py live/drivers/redis_py.py live/drivers/node_clients.js
  DESTINATION ${data}/interleak/drivers)
install(FILES ${share}/interleak.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${share}/interleak.bash DESTINATION ${data}/bash-completion/completions
  RENAME interleak)
install(FILES ${share}/_interleak DESTINATION ${data}/zsh/site-functions)
install(FILES ${share}/interleak.fish DESTINATION ${data}/fish/vendor_completions.d)
install(DIRECTORY scenarios DESTINATION ${data}/interleak FILES_MATCHING PATTERN "*.json" PATTERN "*.pool" PATTERN "README.md")
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")

install(TARGETS interleak_sim interleak_reports interleak_embedded EXPORT interleak
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/interleak)
install(TARGETS interleak_testing EXPORT interleak
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY testing/interleak DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY sim reports DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/interleak
  FILES_MATCHING PATTERN "*.hpp")
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/interleak)
install(EXPORT interleak NAMESPACE interleak:: FILE interleakTargets.cmake DESTINATION ${package})
configure_package_config_file(cmake/interleakConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/interleakConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/interleakConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/interleakConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/interleakConfigVersion.cmake
  cmake/InterleakDiscover.cmake cmake/InterleakAddTests.cmake DESTINATION ${package})
