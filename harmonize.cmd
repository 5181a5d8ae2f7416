@echo off
rem Runs the command line of the harmonizer; builds it first when it is missing or out of date.
setlocal
set "root=%~dp0"
set "target=%root%harmonizer-study\target"
set "stamp=%target%\harmonize.stamp"
set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java"

if not exist "%stamp%" goto build
if not exist "%target%\classes" goto build
if not exist "%target%\lib" goto build
powershell -NoProfile -Command "$stamp = (Get-Item -LiteralPath $env:stamp).LastWriteTime; $parts = 'core','io','cuda','study' | ForEach-Object { $env:root + 'harmonizer-' + $_ }; $files = @(Get-Item ($env:root + 'pom.xml')) + @($parts | ForEach-Object { Get-Item ($_ + '\pom.xml'); Get-ChildItem -Recurse ($_ + '\src\main') }); exit [int](@($files | Where-Object { $_.LastWriteTime -gt $stamp }).Count -gt 0)"
if not errorlevel 1 goto run

:build
echo harmonize: building (half a minute, more when Maven has to download) ... 1>&2
set "maven=%root%mvnw.cmd"
where /q mvn && set "maven=mvn"
if exist "%target%\lib" rmdir /s /q "%target%\lib"
if not exist "%target%" mkdir "%target%"
rem The moment before the build: what is edited while it runs counts as newer.
type nul > "%stamp%.begun"
call "%maven%" -q -B -f "%root%pom.xml" -pl harmonizer-study -am -Dstyle.color=never -DskipTests package 1>&2
if errorlevel 1 (
  echo harmonize: the build failed, see the lines above 1>&2
  exit /b 1
)
move /y "%stamp%.begun" "%stamp%" > nul

:run
"%java%" --add-modules jdk.incubator.vector -Xshare:auto -XX:+UseParallelGC -Djava.awt.headless=true -Dslf4j.internal.verbosity=ERROR %HARMONIZE_JAVA_OPTIONS% -cp "%target%\classes;%target%\lib\*" org.neuralharmonizer.study.cli.Main %*
exit /b %errorlevel%
