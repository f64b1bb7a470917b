# A room is a folder under common/ with one job and one static library. Its
# DEPENDS are the rooms whose headers it may include (and, through them, what
# those may); tests/rooms.py holds the sources to the same arrows.
function(nc_room name)
	cmake_parse_arguments(ROOM "" "" "DEPENDS;LIBRARIES" ${ARGN})
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c)
	add_library(nc_${name} STATIC ${sources})
	target_include_directories(nc_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
	foreach(room ${ROOM_DEPENDS})
		target_link_libraries(nc_${name} PUBLIC nc_${room})
	endforeach()
	foreach(library ${ROOM_LIBRARIES})
		target_link_libraries(nc_${name} PRIVATE ${library})
	endforeach()
endfunction()
