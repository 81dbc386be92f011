using System.CommandLine;

namespace Commission.Cli.Commands;

/// <summary>`commission completion SHELL`: a script that has the shell ask this program.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # Load it with: source <(commission completion bash)
            _commission() {
                local rest="${COMP_LINE#*[[:space:]]}" word="${COMP_WORDS[COMP_CWORD]}"
                local at=$(( COMP_POINT - ${#COMP_LINE} + ${#rest} ))
                mapfile -t COMPREPLY < <(
                    compgen -W "$(commission "[suggest:$at]" "$rest" 2>/dev/null)" -- "$word")
            }
            complete -o default -F _commission commission

            """,
        ["zsh"] = """
            #compdef commission
            # Load it with: source <(commission completion zsh)
            _commission() {
                local line="${(j: :)words[2,CURRENT]}"
                local -a found
                found=("${(@f)$(commission "[suggest:${#line}]" "$line" 2>/dev/null)}")
                compadd -- "${found[@]}" || _files
            }
            compdef _commission commission

            """,
        ["fish"] = """
            # Load it with: commission completion fish | source
            function __commission_complete
                set -l line (commandline -cp | string replace -r '^\s*\S+\s' '')
                commission "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c commission -a '(__commission_complete)'

            """,
        ["pwsh"] = """
            # Load it with: commission completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName commission -ScriptBlock {
                param($word, $ast, $cursor)
                $line = $ast.ToString().PadRight($cursor).Substring(0, $cursor) -replace '^\s*\S+\s', ''
                commission "[suggest:$($line.Length)]" "$line" 2>$null | Where-Object { $_ -like "$word*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }

            """,
    };

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Print a script that completes this program's commands in a shell")
        {
            shell,
        };
        command.SetAction(parsed => terminal.Out.Write(Scripts[parsed.GetValue(shell)!].ReplaceLineEndings("\n")));
        return command;
    }
}
