@echo off
rem Runs the command line of the harmonizer; builds it first when it is missing or out of date.
setlocal
set "root=%~dp0"
set "target=%root%harmonizer-study\target"
rem ND4J is large, so that it comes along only where a backend on it is asked for.
set "lib=%target%\lib"
set "profile="
echo " %* " | findstr /c:"nd4j-cpu" > nul && set "lib=%target%\lib-nd4j" && set "profile=-P nd4j -Dnd4j.classifier=windows-x86_64-onednn-avx2"
echo " %* " | findstr /c:"nd4j-cuda" > nul && set "lib=%target%\lib-nd4j-cuda" && set "profile=-P cuda"
set "stamp=%lib%.stamp"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"

if not exist "%stamp%" goto build
if not exist "%target%\classes" goto build
if not exist "%lib%" goto build
powershell -NoProfile -Command "$stamp = (Get-Item -LiteralPath $env:stamp).LastWriteTime; $parts = 'core','io','cuda','nd4j','study' | ForEach-Object { $env:root + 'harmonizer-' + $_ }; $files = @(Get-Item ($env:root + 'pom.xml')) + @($parts | ForEach-Object { Get-Item ($_ + '\pom.xml'); Get-ChildItem -Recurse ($_ + '\src\main') }); exit [int](@($files | Where-Object { $_.LastWriteTime -gt $stamp }).Count -gt 0)"
if not errorlevel 1 goto run

:build
echo harmonize: building (half a minute, more when Maven has to download) ... 1>&2
set "maven=%root%mvnw.cmd"
where /q mvn && set "maven=mvn"
if exist "%lib%" rmdir /s /q "%lib%"
if not exist "%target%" mkdir "%target%"
rem The moment before the build: what is edited while it runs counts as newer.
type nul > "%stamp%.begun"
call "%maven%" -q -B -f "%root%pom.xml" -pl harmonizer-study -am %profile% -Dstyle.color=never -DskipTests package 1>&2
if errorlevel 1 (
  echo harmonize: the build failed, see the lines above 1>&2
  exit /b 1
)
move /y "%stamp%.begun" "%stamp%" > nul

:run
"%java%" --add-modules jdk.incubator.vector -Xshare:auto -XX:+UseParallelGC -Djava.awt.headless=true -Dslf4j.internal.verbosity=ERROR %HARMONIZE_JAVA_OPTIONS% -cp "%target%\classes;%lib%\*" org.neuralharmonizer.study.cli.Main %*
exit /b %errorlevel%
