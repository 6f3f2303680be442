// SPDX-License-Identifier: Apache-2.0

// Remotecommand runs what a streaming URL of the CRI stands for, with the library that kubectl,
// crictl and the API server use. It is the peer the streaming server is tested against.
//
//	remotecommand [-websocket v5.channel.k8s.io] [-tty] [-size 80x24] [-stdin] [-insecure] URL
//
// Standard input, output and error are the command's; its exit code becomes this program's. Any
// other failure is printed as `error: ...` and exits with 125.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/client-go/util/exec"
)

const exitFailed = 125

// fixedSize reports one terminal size, or several separated by commas, and then waits.
type fixedSize struct {
	sizes chan remotecommand.TerminalSize
	done  <-chan struct{}
}

func (f fixedSize) Next() *remotecommand.TerminalSize {
	select {
	case size := <-f.sizes:
		return &size
	case <-f.done:
		return nil
	}
}

func sizesOf(text string, done <-chan struct{}) (remotecommand.TerminalSizeQueue, error) {
	words := strings.Split(text, ",")
	sizes := make(chan remotecommand.TerminalSize, len(words))
	for _, word := range words {
		var size remotecommand.TerminalSize
		if _, err := fmt.Sscanf(word, "%dx%d", &size.Width, &size.Height); err != nil {
			return nil, fmt.Errorf("size %q is not COLUMNSxROWS: %w", word, err)
		}
		sizes <- size
	}
	return fixedSize{sizes, done}, nil
}

func run() error {
	protocol := flag.String("websocket", "", "speak this subprotocol over a WebSocket, not SPDY")
	tty := flag.Bool("tty", false, "the command has a terminal")
	size := flag.String("size", "", "size of the terminal, COLUMNSxROWS, several separated by commas")
	stdin := flag.Bool("stdin", false, "pass standard input on")
	insecure := flag.Bool("insecure", false, "accept any TLS certificate")
	flag.Parse()
	if flag.NArg() != 1 {
		return errors.New("exactly one URL is needed")
	}
	target, err := url.Parse(flag.Arg(0))
	if err != nil {
		return err
	}
	config := &rest.Config{TLSClientConfig: rest.TLSClientConfig{Insecure: *insecure}}
	var executor remotecommand.Executor
	if *protocol == "" {
		executor, err = remotecommand.NewSPDYExecutor(config, "POST", target)
	} else {
		executor, err = remotecommand.NewWebSocketExecutorForProtocols(
			config, "GET", target.String(), *protocol)
	}
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	options := remotecommand.StreamOptions{Stdout: os.Stdout, Tty: *tty}
	if !*tty {
		options.Stderr = os.Stderr
	}
	if *stdin {
		options.Stdin = os.Stdin
	}
	if *size != "" {
		if options.TerminalSizeQueue, err = sizesOf(*size, ctx.Done()); err != nil {
			return err
		}
	}
	return executor.StreamWithContext(ctx, options)
}

func main() {
	err := run()
	var exit exec.ExitError
	switch {
	case err == nil:
	case errors.As(err, &exit):
		os.Exit(exit.ExitStatus())
	default:
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(exitFailed)
	}
}
